using System.ComponentModel;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Keys;

internal static class KeyRoutes
{
    private const string Tag = "Keys and tokens";
    public const string JwksPath = "/.well-known/jwks.json";

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(JwksPath, (Platform platform, CancellationToken ct) => platform.KeyServer.AnswerAsync(platform.Keys, ct))
            .Described(Tag, "The published keys, as a JSON Web Key Set").Produces<JsonObject>();
        routes.MapGet("/keys", (Platform platform) => Results.Json(KeyReport.Of(platform.Keys)))
            .Described(Tag, "The ids of the keys").Produces<KeyReport>();
        routes.MapPost("/keys/rotate", (
            Platform platform,
            [Description("Whether the old keys go at once, and the tokens that they signed with them.")] bool retire = false) =>
        {
            platform.Keys.Rotate(retire);
            return Results.Json(new RotationReport(platform.Keys.CurrentKeyId, platform.Keys.PublishedKeyIds));
        }).Described(Tag, "A new key signs from now on").Produces<RotationReport>();
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
