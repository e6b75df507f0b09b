using System.Buffers.Text;
using System.Text.Json;

namespace ForgeOrleans.Bench.Callers;

/// <summary>A site that has the app installed. Its ids follow from its number, so that every process means the same site.</summary>
public sealed record Site(int Number)
{
    public const string AppUuid = "8db33809-1f32-48bb-8c52-5877dab48107";
    public const string AppId = $"ari:cloud:ecosystem::app/{AppUuid}";

    public string CloudId { get; } = $"{Number:x8}-c10d-4000-8000-{Number:x12}";
    public string InstallationId { get; } = $"ari:cloud:ecosystem::installation/{Number:x8}-1257-4000-8000-{Number:x12}";
    public string EnvironmentId { get; } = $"ari:cloud:ecosystem::environment/{AppUuid}/{Number:x8}-e247-4000-8000-{Number:x12}";

    /// <summary>The app's own access token on this site: the platform sends the same one for hours.</summary>
    public string SystemToken { get; } = AccessToken(Number);

    // A JWT by its looks, about 1 KB; nobody verifies it, only its `exp` may be read.
    private static string AccessToken(int number)
    {
        var now = DateTimeOffset.UtcNow;
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            sub = $"system-{number}",
            aud = "api.atlassian.com",
            scope = new string('s', 340),
            iat = now.ToUnixTimeSeconds(),
            exp = now.AddHours(3).ToUnixTimeSeconds(),
        });
        var signature = new byte[256];
        new Random(number).NextBytes(signature);
        return $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(signature)}";
    }
}
