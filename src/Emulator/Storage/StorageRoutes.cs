using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Emulator.Gateway;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>
/// Forge storage: <c>/forge/storage/kvs/v1/…</c> as a remote calls it, and <c>/kvs/api/v1/…</c> as a function does with <c>@forge/kvs</c> (contract,
/// section 6).
/// </summary>
internal static class StorageRoutes
{
    private const int DeepestJson = 1_000;
    private static readonly JsonSerializerOptions Answers = new() { MaxDepth = DeepestJson };

    public static void MapStorage(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/forge/storage/kvs/v1")
            .ExcludeFromDescription()
            .WithMetadata(new FaultyProduct(Fault.Storage))
            .AddEndpointFilter<GatewayGate>()
            .AddEndpointFilter<StorageGate>()
            .AddEndpointFilter<FaultGate>()
            .MapOperations();
        routes.MapGroup("/kvs/api/v1").ExcludeFromDescription().AddEndpointFilter<FunctionStorage>().MapOperations();
    }

    private static void MapOperations(this RouteGroupBuilder storage)
    {
        Map("get", site => site.Get);
        Map("set", site => site.Set);
        Map("delete", site => site.Delete);
        Map("query", site => site.Query);
        Map("secret/get", site => site.GetSecret);
        Map("secret/set", site => site.SetSecret);
        Map("secret/delete", site => site.DeleteSecret);
        Map("entity/get", site => site.GetEntity);
        Map("entity/set", site => site.SetEntity);
        Map("entity/delete", site => site.DeleteEntity);
        Map("entity/query", site => site.QueryEntity);
        Map("batch/get", site => site.GetBatch, isMany: true);
        Map("batch/set", site => site.SetBatch, isMany: true);
        Map("batch/delete", site => site.DeleteBatch, isMany: true);
        Map("transaction", site => site.Transact, isMany: true);
        storage.Map("{**path}", (string? path) => Results.Json(
            new { code = "FORBIDDEN", message = $"Forge storage has no route /{path} for this method." }, statusCode: StatusCodes.Status403Forbidden));

        void Map(string path, Func<SiteStorage, Func<StorageRequest, JsonNode?>> operation, bool isMany = false) => storage.MapPost(
            path,
            (HttpContext http, Platform platform, StorageService service) => ServeAsync(http, platform, service, path, operation, isMany));
    }

    private static async Task<IResult> ServeAsync(
        HttpContext http,
        Platform platform,
        StorageService service,
        string path,
        Func<SiteStorage, Func<StorageRequest, JsonNode?>> operation,
        bool isMany)
    {
        var site = http.Features.GetRequiredFeature<AccessGrant>().Site;
        http.Response.Headers["x-trace-id"] = http.TraceIdentifier;
        try
        {
            using var json = await ReadAsync(http.Request, isMany);
            var answer = operation(service.Of(site))(new StorageRequest(json.RootElement, platform.Manifest));
            service.Served(path, site);
            return answer is null ? Results.NoContent() : Results.Text(answer.ToJsonString(Answers), "application/json");
        }
        catch (StorageRefusedException refusal)
        {
            service.Refused(path, refusal.Message);
            return Results.Json(new { refusal.Code, refusal.Message }, statusCode: refusal.Status);
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpRequest request, bool isMany)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        if (isMany)
        {
            StorageRules.CheckRequest(body.Length);
        }

        try
        {
            var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), new JsonDocumentOptions { MaxDepth = DeepestJson });
            // Texts with half a character in them are found out by reading them all.
            _ = JsonMeasure.Of(json.RootElement);
            return json;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw StorageRefusedException.BadRequest($"Provided request body is invalid: {malformed.Message}");
        }
    }
}
