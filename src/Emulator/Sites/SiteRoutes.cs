namespace ForgeOrleans.Emulator.Sites;

internal static class SiteRoutes
{
    public static void MapSites(this IEndpointRouteBuilder routes) => routes.MapGet(
        "/sites", (Platform platform) => Results.Json(new SiteList(platform.Sites.Select(site => SiteReport.Of(platform, site)))));
}
