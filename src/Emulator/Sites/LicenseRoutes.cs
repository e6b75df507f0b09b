using System.ComponentModel;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Sites;

/// <summary><c>POST /sites/{id}/license</c>: what tokens of the site say as <c>app.license</c> (contract, section 3).</summary>
internal static class LicenseRoutes
{
    private const int LongestLicense = 10_000;

    public static void MapLicenses(this IEndpointRouteBuilder routes) => routes
        .MapPost("/sites/{id}/license", Change)
        .Described(SiteRoutes.Tag, "Gives the app a license on the site: {active, type, isEvaluation, …} as tokens have it, or null for none")
        .Produces<SiteReport>()
        .Refuses(404, 413);

    private static IResult Change([Description("The site's id.")] string id, JsonObject? license, Platform platform)
    {
        var site = Caller.SiteOf(platform, id, null);
        if (license?.ToJsonString().Length > LongestLicense)
        {
            throw new CallRefusedException(
                StatusCodes.Status413PayloadTooLarge, $"A license has at most {LongestLicense} characters of JSON.");
        }

        return Results.Json(SiteReport.Of(platform, platform.Directory.Change(site, known => known with { License = license })));
    }
}
