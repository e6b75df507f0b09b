namespace ForgeOrleans.Emulator.Sites;

internal static class SiteRoutes
{
    public static void MapSites(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/sites", (Platform platform) => Results.Json(new { sites = platform.Sites.Select(site => Shape(platform, site)) }));

    public static object Shape(Platform platform, Site site) => new
    {
        site.Id,
        site.Name,
        site.InstallationId,
        site.CloudId,
        site.Url,
        installed = site.IsInstalled,
        site.Products,
        appVersion = platform.AppVersionOf(site),
        users = site.Users,
    };
}
