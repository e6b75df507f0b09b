using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Sites;

internal static class SiteRoutes
{
    /// <summary>The heading of the routes of sites.</summary>
    public const string Tag = "Sites";

    public static void MapSites(this IEndpointRouteBuilder routes) => routes.MapGet(
            "/sites", (Platform platform) => Results.Json(new SiteList(platform.Sites.Select(site => SiteReport.Of(platform, site)))))
        .Described(Tag, "The sites, their installations and users").Produces<SiteList>();
}
