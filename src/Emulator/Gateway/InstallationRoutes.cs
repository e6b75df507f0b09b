using System.Globalization;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Gateway;

/// <summary>The details of the installation that a token is for (contract, section 5).</summary>
internal static class InstallationRoutes
{
    public static void MapInstallations(this IEndpointRouteBuilder gateway) =>
        gateway.MapGet("/forge/installation/v1/{appId}/{environmentId}/installation/{installationId}", Describe);

    private static IResult Describe(string appId, string environmentId, string installationId, HttpContext http, Platform platform)
    {
        var site = http.Features.GetRequiredFeature<AccessGrant>().Site;
        if (appId != platform.AppUuid || environmentId != platform.EnvironmentUuid || installationId != site.InstallationId)
        {
            return Refuse(StatusCodes.Status401Unauthorized, "AuthorizationError", "Authorization failed");
        }

        var limits = platform.Limits;
        var late = limits.AdmitToGateway(site, GatewayLimit.Installations, GatewayLimit.Minute, limits.Sizes.InstallationsPerMinute)
            ?? limits.AdmitToGateway(site, GatewayLimit.Details(installationId), GatewayLimit.BetweenDetails, 1);
        if (late is { } at)
        {
            http.Response.Headers.RetryAfter = LimitHeaders.Seconds(at - platform.Clock.GetUtcNow()).ToString(CultureInfo.InvariantCulture);
            return Refuse(StatusCodes.Status429TooManyRequests, "TooManyRequests", "Too many requests");
        }

        var contexts = site.Products.Select(product => new { id = $"ari:cloud:{product}::site/{site.CloudId}" }).ToList();
        return Results.Json(new
        {
            version = platform.AppVersionOf(site),
            installationContext = contexts[0],
            secondaryInstallationContexts = contexts.Skip(1),
            permissions = new { scopes = platform.Manifest.Scopes.Select(scope => scope.Name), external = new { } },
            isSandbox = false,
        });
    }

    private static IResult Refuse(int status, string type, string message) =>
        Results.Json(new { type, code = status, message }, statusCode: status);
}
