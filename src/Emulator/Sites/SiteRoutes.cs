namespace ForgeOrleans.Emulator.Sites;

internal static class SiteRoutes
{
    public static void MapSites(this IEndpointRouteBuilder routes) => routes.MapGet("/sites", (Platform platform) => Results.Json(new
    {
        sites = platform.Sites.Select(site => new
        {
            site.Id,
            site.Name,
            site.InstallationId,
            site.CloudId,
            site.Url,
            users = site.Users,
        }),
    }));
}
