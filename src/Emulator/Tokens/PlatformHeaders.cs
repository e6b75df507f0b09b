using System.Security.Cryptography;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>The headers that the platform adds to a request it sends to a remote.</summary>
internal sealed class PlatformHeaders(Platform platform, InvocationTokens invocationTokens, AccessTokens accessTokens)
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;
    private const string SystemTokenScope = "read:app-system-token";
    private const string UserTokenScope = "read:app-user-token";

    /// <summary>Whether a header is the platform's to set, whatever a caller sends under its name.</summary>
    public static bool IsOwn(string name) =>
        name.Equals("authorization", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-forge-oauth-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-b3-", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<(string Name, string Value)> For(Caller caller, TokenAuth auth, bool fromFunction = false) =>
        With(invocationTokens.Mint(caller, fromFunction), caller, auth);

    public IEnumerable<(string Name, string Value)> With(string fit, Caller caller, TokenAuth auth)
    {
        yield return ("authorization", $"Bearer {fit}");
        yield return ("x-b3-traceid", RandomNumberGenerator.GetHexString(TraceIdBytes * 2, lowercase: true));
        yield return ("x-b3-spanid", RandomNumberGenerator.GetHexString(SpanIdBytes * 2, lowercase: true));
        if (auth.AppSystemToken && MissingScope(SystemTokenScope) is null)
        {
            yield return ("x-forge-oauth-system", accessTokens.For(caller.Site, null));
        }

        if (auth.AppUserToken && caller.User is { } user && MissingScope(UserTokenScope) is null)
        {
            yield return ("x-forge-oauth-user", accessTokens.For(caller.Site, user));
        }
    }

    /// <summary>Tokens that the manifest asks for and will not get, as sentences.</summary>
    public IEnumerable<string> Warnings()
    {
        var asked = platform.Manifest.Endpoints.Select(endpoint => endpoint.Auth)
            .Concat(platform.Manifest.Remotes.Select(remote => remote.Auth))
            .ToList();
        if (asked.Any(auth => auth.AppSystemToken) && MissingScope(SystemTokenScope) is { } system)
        {
            yield return $"The manifest asks for appSystemToken, but no token is sent: its permissions lack {system}.";
        }

        if (asked.Any(auth => auth.AppUserToken) && MissingScope(UserTokenScope) is { } user)
        {
            yield return $"The manifest asks for appUserToken, but no token is sent: its permissions lack {user}.";
        }
    }

    private string? MissingScope(string scope)
    {
        var scopes = platform.Manifest.Scopes.Select(granted => granted.Name).ToList();
        return !scopes.Contains(scope) ? $"the scope {scope}"
            : scopes.All(granted => granted is SystemTokenScope or UserTokenScope) ? "a scope for anything the token could be used for"
            : null;
    }
}
