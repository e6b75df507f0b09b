namespace ForgeOrleans.Emulator.Keys;

internal static class KeyRoutes
{
    public const string JwksPath = "/.well-known/jwks.json";

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(JwksPath, (Platform platform, CancellationToken ct) => platform.KeyServer.AnswerAsync(platform.Keys, ct));
        routes.MapPost("/keys/rotate", (Platform platform, bool retire = false) =>
        {
            platform.Keys.Rotate(retire);
            return Results.Json(new { kid = platform.Keys.CurrentKeyId, published = platform.Keys.PublishedKeyIds });
        });
    }
}
