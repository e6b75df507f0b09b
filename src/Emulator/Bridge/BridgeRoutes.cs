using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;
using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// What stands behind <c>globalThis.__bridge.callBridge(command, payload)</c>: <c>POST /bridge/{command}</c> with the payload as its
/// body. 200 resolves with the answer, anything else rejects with an Error of the answer's <c>message</c>.
/// </summary>
internal static class BridgeRoutes
{
    private const string Tag = "Calling the remote";

    public static void MapBridge(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/bridge/invoke", InvokeAsync)
            .DescribedCommand("callBridge('invoke', payload) of invokeRemote").Produces<InvokeAnswer>();
        routes.MapPost("/bridge/fetchRemote", FetchRemoteAsync)
            .DescribedCommand("callBridge('fetchRemote', payload) of requestRemote").Produces<FetchAnswer>();
        routes.MapPost("/bridge/fetchProduct", FetchProductAsync)
            .DescribedCommand("callBridge('fetchProduct', payload) of requestJira and requestConfluence").Produces<FetchAnswer>();
        routes.MapPost("/bridge/getContext", GetContext)
            .DescribedCommand("callBridge('getContext') of view.getContext").Produces<JsonObject>();
        routes.MapPost("/bridge/{command}", Unknown)
            .Described(Tag, "Any other command: refused, with those that there are").Refuses(404);
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

    private static IResult Unknown([Description("The command.")] string command) =>
        throw new CallRefusedException(StatusCodes.Status404NotFound, UnofferedCommand.Message(command));

    private static RouteHandlerBuilder DescribedCommand(this RouteHandlerBuilder route, string summary) => route
        .Described(Tag, summary)
        .Accepts<JsonObject>("application/json")
        .Reads(
            ParameterLocation.Query,
            ("site", "The id of the site; without it the first."),
            ("user", "The account id, or anonymous; without it the first user."),
            ("module", "The key of the module; without it the first that can call a remote."))
        .Refuses(400, 404, 409, 422);

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
