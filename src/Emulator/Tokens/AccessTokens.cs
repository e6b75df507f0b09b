using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>The access tokens of the app and of its users: made, sent again while they last, and checked by the product APIs.</summary>
internal sealed class AccessTokens(Platform platform)
{
    public const string Audience = "forge-emulator/product-apis";

    private const string Scheme = "Bearer ";
    private const string Issuer = "forge-emulator";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(4);
    private static readonly TimeSpan LeastLeft = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<(string Installation, string? Account), SentToken> _sent = new();

    // Made from the app's id: a token that a remote has stored stays good when the emulator is restarted.
    private readonly byte[] _secret = SHA256.HashData(Encoding.UTF8.GetBytes($"forge-emulator access tokens of {platform.Manifest.AppId}"));

    /// <summary>
    /// The token of the app (<paramref name="user"/> null) or of a user: the one sent before while at least two hours of it are left.
    /// </summary>
    public string For(Site site, User? user)
    {
        var now = platform.Clock.GetUtcNow();
        return _sent.AddOrUpdate(
            (site.InstallationId, user?.AccountId),
            _ => New(),
            (_, sent) => sent.Expires - now >= LeastLeft && !platform.Faults.HasRevoked(site, user, sent.Stamp) ? sent : New()).Token;

        SentToken New()
        {
            var stamp = platform.Faults.NextStamp();
            return new SentToken(Mint(site, user, Lifetime, Audience, stamp: stamp), now + Lifetime, stamp);
        }
    }

    /// <summary>A token that is sent once.</summary>
    /// <param name="site">Where it is good.</param>
    /// <param name="user">As whom; null as the app.</param>
    /// <param name="lifetime">How long.</param>
    /// <param name="audience">What for.</param>
    /// <param name="scopes">What it allows; null for all that the manifest asks for.</param>
    /// <param name="stamp">When it was made, among other tokens and faults; null for now.</param>
    public string Mint(
        Site site, User? user, TimeSpan lifetime, string audience, IEnumerable<string>? scopes = null, long? stamp = null)
    {
        var now = platform.Clock.GetUtcNow();
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = audience,
            ["sub"] = user?.AccountId ?? platform.AppAccountId,
            ["client_id"] = platform.Manifest.AppId,
            ["installation"] = site.InstallationId,
            ["scope"] = string.Join(' ', scopes ?? platform.Manifest.Scopes.Select(scope => scope.Name)),
            ["iat"] = (lifetime > TimeSpan.Zero ? now : now + lifetime).ToUnixTimeSeconds(),
            ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
            ["stamp"] = stamp ?? platform.Faults.NextStamp(),
            ["jti"] = Guid.NewGuid().ToString(),
        };
        return CompactToken.Write(new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT" }, claims, Sign);
    }

    /// <summary>Whose token a request has, if it is good on that site; otherwise what is wrong with it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="site">The site; null for the one that the token is for.</param>
    public (AccessGrant? Grant, string? Problem) Check(HttpRequest request, Site? site)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (null, "the request has no bearer token");
        }

        if (Verified(header[Scheme.Length..].Trim()) is not { } claims)
        {
            return (null, "this is no access token of the emulator");
        }

        if (Text("aud") != Audience || Text("iss") != Issuer)
        {
            return (null, "the token is for another audience");
        }

        if (claims["exp"]?.GetValue<long>() is not { } expires || expires <= platform.Clock.GetUtcNow().ToUnixTimeSeconds())
        {
            return (null, "the token has expired");
        }

        if (Text("client_id") != platform.Manifest.AppId)
        {
            return (null, "the token is another app's");
        }

        site ??= platform.Sites.FirstOrDefault(known => known.IsInstalled && known.InstallationId == Text("installation"));
        if (site is null || Text("installation") != site.InstallationId)
        {
            return (null, "the token is for another site");
        }

        var user = site.Users.FirstOrDefault(user => user.AccountId == Text("sub"));
        return user is null && Text("sub") != platform.AppAccountId ? (null, "the token's user does not exist")
            : user is { Active: false } ? (null, "the token's user is deactivated")
            : (new AccessGrant(site, user, (Text("scope") ?? "").Split(' '), claims["stamp"]?.GetValue<long>() ?? 0), null);

        string? Text(string name) => claims[name]?.GetValue<string>();
    }

    private JsonObject? Verified(string token)
    {
        if (token.LastIndexOf('.') is not (> 0 and var end) || token.IndexOf('.') is var start && start == end)
        {
            return null;
        }

        try
        {
            var good = CryptographicOperations.FixedTimeEquals(
                Sign(Encoding.UTF8.GetBytes(token[..end])),
                Base64Url.DecodeFromChars(token.AsSpan(end + 1)));
            return good ? JsonNode.Parse(Base64Url.DecodeFromChars(token.AsSpan((start + 1)..end))) as JsonObject : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }

    private byte[] Sign(byte[] data) => HMACSHA256.HashData(_secret, data);

    private sealed record SentToken(string Token, DateTimeOffset Expires, long Stamp);
}
