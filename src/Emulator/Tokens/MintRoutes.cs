using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary><c>POST /mint</c>: good tokens for curl and for tests, and bad ones to see them refused.</summary>
internal static class MintRoutes
{
    public static void MapMint(this IEndpointRouteBuilder routes) => routes.MapPost("/mint", Mint)
        .Described("Keys and tokens", "Mints tokens: good ones for curl and for tests, and bad ones to see them refused")
        .Produces<MintReport>()
        .Refuses(404, 409);

    private static IResult Mint(
        MintRequest? wanted, Platform platform, InvocationTokens fits, AccessTokens tokens, PlatformHeaders headers)
    {
        var request = wanted ?? new MintRequest();
        var caller = Caller.Choose(platform, request.Site, request.User, request.Module);
        var (fit, claims) = fits.Mint(caller, request, request.FromFunction);
        var endpoint = platform.Manifest.Endpoints.FirstOrDefault(endpoint => endpoint.Key == caller.Module.ResolverEndpointKey);
        return Results.Json(new MintReport(
            fit,
            claims,
            AccessToken(null),
            caller.User is { } user ? AccessToken(user) : null,
            headers.With(fit, caller, endpoint?.Auth ?? TokenAuth.None).ToDictionary(header => header.Name, header => header.Value)));

        string AccessToken(User? user) => (request.AccessTokenExpiresIn, request.AccessTokenAudience) is (null, null)
            ? tokens.For(caller.Site, user)
            : tokens.Mint(
                caller.Site,
                user,
                TimeSpan.FromSeconds(request.AccessTokenExpiresIn ?? TimeSpan.FromHours(4).TotalSeconds),
                request.AccessTokenAudience ?? AccessTokens.Audience);
    }
}

/// <summary>Tokens.</summary>
/// <param name="Fit">The Forge Invocation Token.</param>
/// <param name="Claims">What it says.</param>
/// <param name="SystemToken">The app's access token.</param>
/// <param name="UserToken">The user's access token; null for nobody in session.</param>
/// <param name="Headers">The headers of a request of the platform's.</param>
internal sealed record MintReport(
    string Fit, JsonObject Claims, string SystemToken, string? UserToken, IReadOnlyDictionary<string, string> Headers);

/// <summary>What to mint; everything is optional.</summary>
internal sealed record MintRequest : FitChanges
{
    public string? Site { get; init; }

    public string? User { get; init; }

    public string? Module { get; init; }

    /// <summary>As when a Forge function calls: without <c>context</c>.</summary>
    public bool FromFunction { get; init; }

    /// <summary>Seconds until the access tokens expire; negative for ones that have.</summary>
    public double? AccessTokenExpiresIn { get; init; }

    public string? AccessTokenAudience { get; init; }
}
