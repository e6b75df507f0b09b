using System.Text.Json;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// What stands behind <c>globalThis.__bridge.callBridge(command, payload)</c>: <c>POST /bridge/{command}</c> with the payload as its
/// body. 200 resolves with the answer, anything else rejects with an Error of the answer's <c>message</c>.
/// </summary>
internal static class BridgeRoutes
{
    public static void MapBridge(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/bridge/invoke", InvokeAsync);
        routes.MapPost("/bridge/fetchRemote", FetchRemoteAsync);
        routes.MapPost("/bridge/fetchProduct", FetchProductAsync);
        routes.MapPost("/bridge/getContext", GetContext);
        routes.MapPost("/bridge/{command}", Unknown);
    }

    private static async Task<IResult> InvokeAsync(HttpRequest request, Platform platform, InvokeCommand command, CancellationToken ct) =>
        Results.Json(await command.RunAsync(Caller.Of(request, platform), await PayloadAsync(request, ct), ct));

    private static async Task<IResult> FetchRemoteAsync(
        HttpRequest request, Platform platform, FetchRemoteCommand command, CancellationToken ct) =>
        Results.Json(await command.RunAsync(Caller.Of(request, platform), await PayloadAsync(request, ct), ct));

    private static async Task<IResult> FetchProductAsync(
        HttpRequest request, Platform platform, FetchProductCommand command, CancellationToken ct) =>
        Results.Json(await command.RunAsync(Caller.Of(request, platform), await PayloadAsync(request, ct), ct));

    private static IResult GetContext(HttpRequest request, Platform platform, ContextCommand command) =>
        Results.Json(command.Run(Caller.Of(request, platform)));

    private static IResult Unknown(string command) =>
        throw new CallRefusedException(StatusCodes.Status404NotFound, UnofferedCommand.Message(command));

    private static async Task<JsonElement> PayloadAsync(HttpRequest request, CancellationToken ct)
    {
        try
        {
            var payload = await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 1000 }, ct);
            return payload.RootElement.ValueKind is JsonValueKind.Object
                ? payload.RootElement
                : throw new CallRefusedException(StatusCodes.Status400BadRequest, "The payload of callBridge is a JSON object.");
        }
        catch (JsonException cause)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, $"The payload of callBridge is no JSON: {cause.Message}");
        }
    }
}
