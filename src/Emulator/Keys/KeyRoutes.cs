namespace ForgeOrleans.Emulator.Keys;

internal static class KeyRoutes
{
    public const string JwksPath = "/.well-known/jwks.json";

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(JwksPath, (Platform platform, CancellationToken ct) => platform.KeyServer.AnswerAsync(platform.Keys, ct));
        routes.MapGet("/keys", (Platform platform) => Results.Json(KeyReport.Of(platform.Keys)));
        routes.MapPost("/keys/rotate", (Platform platform, bool retire = false) =>
        {
            platform.Keys.Rotate(retire);
            return Results.Json(new RotationReport(platform.Keys.CurrentKeyId, platform.Keys.PublishedKeyIds));
        });
    }
}

/// <summary>The keys that sign Forge Invocation Tokens.</summary>
/// <param name="Current">The id of the key that signs.</param>
/// <param name="Published">The ids of those that are published, the signing one first.</param>
internal sealed record KeyReport(string Current, IReadOnlyList<string> Published)
{
    public static KeyReport Of(KeyRing keys) => new(keys.CurrentKeyId, keys.PublishedKeyIds);
}

/// <summary>The keys after a rotation.</summary>
/// <param name="Kid">The id of the key that signs.</param>
/// <param name="Published">The ids of those that are published, the signing one first.</param>
internal sealed record RotationReport(string Kid, IReadOnlyList<string> Published);
