using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>Why a Forge Invocation Token must be refused (contract, section 3).</summary>
/// <param name="Fault">What the token is, in a few words.</param>
/// <param name="Cure">What the remote must check to find it out.</param>
/// <param name="IsTolerable">Whether a remote that allows for clocks that differ may take it.</param>
internal sealed record BadToken(string Fault, string Cure, bool IsTolerable = false)
{
    private const string Issuer = "forge/invocation-token";
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with a token; null for a good one.</summary>
    public static BadToken? Of(FitChanges changes, JsonObject claims, string appId, DateTimeOffset now)
    {
        if (changes.Forged)
        {
            return new BadToken("forged", "verify the signature with the key of the JWKS that \"kid\" names");
        }

        if (Text(claims["iss"]) != Issuer)
        {
            return new BadToken("another issuer's", $"accept \"iss\" {Issuer} only");
        }

        if (Text(claims["aud"]) != appId)
        {
            return new BadToken("for another audience", "accept the app's own id as \"aud\" only");
        }

        var seconds = now.ToUnixTimeSeconds();
        if (Number(claims["exp"]) is not { } expires)
        {
            return new BadToken("without an expiry", "require \"exp\"");
        }

        if (expires <= seconds)
        {
            return new BadToken("expired", "check \"exp\"", seconds - expires < Leeway.TotalSeconds);
        }

        return Number(claims["nbf"]) is { } begins && begins > seconds
            ? new BadToken("not valid yet", "check \"nbf\"", begins - seconds < Leeway.TotalSeconds)
            : null;
    }

    private static string? Text(JsonNode? claim) => claim is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static double? Number(JsonNode? claim) => claim is not JsonValue value ? null
        : value.TryGetValue<long>(out var whole) ? whole
        : value.TryGetValue<double>(out var number) ? number
        : null;
}
