using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>A site as it is now.</summary>
/// <param name="Id">The name by which callers choose it.</param>
/// <param name="Name">The company's name.</param>
/// <param name="InstallationId">The installation's bare uuid.</param>
/// <param name="CloudId">The site's id in the cloud.</param>
/// <param name="Url">Where people find it.</param>
/// <param name="Installed">Whether the app is installed.</param>
/// <param name="Products">The products that the app is installed in.</param>
/// <param name="AppVersion">The version of the app.</param>
/// <param name="License">The app's license, as tokens have it; null for none.</param>
/// <param name="Users">The people who work there.</param>
internal sealed record SiteReport(
    string Id,
    string Name,
    string InstallationId,
    string CloudId,
    string Url,
    bool Installed,
    IReadOnlyList<string> Products,
    string AppVersion,
    JsonObject? License,
    IReadOnlyList<User> Users)
{
    public static SiteReport Of(Platform platform, Site site) => new(
        site.Id,
        site.Name,
        site.InstallationId,
        site.CloudId,
        site.Url,
        site.IsInstalled,
        site.Products,
        platform.AppVersionOf(site),
        site.License,
        site.Users);
}

/// <summary>All sites.</summary>
internal sealed record SiteList(IEnumerable<SiteReport> Sites);
