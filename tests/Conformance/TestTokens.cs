using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Conformance;

/// <summary>Access tokens as the platform sends them, each of them another.</summary>
public static class TestTokens
{
    private const string Header = """{"alg":"RS256","typ":"JWT"}""";

    public static string Until(DateTimeOffset expiry) => Of(
        string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"{{Guid.NewGuid()}}","scopes":{"exp":1},"exp":{{expiry.ToUnixTimeSeconds()}}}"""));

    /// <summary>One whose expiry cannot be read.</summary>
    public static string Opaque() => $"opaque-{Guid.NewGuid():N}{Guid.NewGuid():N}";

    public static string Of(string payload) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{Guid.NewGuid():N}";

    /// <summary>The token's characters, taken the only way that there is.</summary>
    public static string Text(this AccessToken token)
    {
        using var request = new HttpRequestMessage();
        token.Authorize(request);
        return request.Headers.Authorization!.Parameter!;
    }
}
