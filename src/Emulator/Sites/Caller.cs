namespace ForgeOrleans.Emulator.Sites;

/// <summary>Who calls, from where: a person (or nobody) on a module of a site.</summary>
internal sealed record Caller(Site Site, User? User, AppModule Module)
{
    /// <summary>The beginning of the names of headers that choose a caller.</summary>
    public const string HeaderPrefix = "x-emulator-";

    private const string Nobody = "anonymous";

    /// <summary>
    /// The caller that a request to the emulator chooses with <c>site</c>, <c>user</c> and <c>module</c> in its query, or, where the
    /// query belongs to the app, with headers named <c>x-emulator-site</c> and so on.
    /// </summary>
    public static Caller Of(HttpRequest request, Platform platform)
    {
        return Choose(platform, Chosen("site"), Chosen("user"), Chosen("module"));

        string? Chosen(string name) =>
            request.Path.StartsWithSegments("/frc") ? request.Headers[HeaderPrefix + name] : request.Query[name];
    }

    public static Caller Choose(Platform platform, string? siteId, string? accountId, string? moduleKey)
    {
        var site = WithApp(SiteOf(platform, siteId, accountId));
        return new Caller(site, UserOf(site, accountId), AppModule.Choose(platform.Manifest, moduleKey));
    }

    /// <summary>The site with an id, or the first one; refused while the app isn't installed there.</summary>
    public static Site InstalledSite(Platform platform, string? siteId) => WithApp(SiteOf(platform, siteId, null));

    /// <summary>The site with an id, installed or not; without an id the first that the account is a user of.</summary>
    public static Site SiteOf(Platform platform, string? siteId, string? accountId) => (siteId, accountId) switch
    {
        ({ Length: > 0 }, _) => platform.Sites.FirstOrDefault(site => site.Id == siteId)
            ?? throw new CallRefusedException(
                StatusCodes.Status404NotFound,
                $"There is no site \"{siteId}\". The sites: {string.Join(", ", platform.Sites.Select(site => site.Id))}; see GET /sites."),
        (_, { Length: > 0 }) => platform.Sites.FirstOrDefault(site => site.Users.Any(user => user.AccountId == accountId))
            ?? platform.Sites[0],
        _ => platform.Sites[0],
    };

    private static Site WithApp(Site site) => site.IsInstalled ? site : throw new CallRefusedException(
        StatusCodes.Status409Conflict,
        $"The app is not installed on site \"{site.Id}\": POST /sites/{site.Id}/install installs it.");

    private static User? UserOf(Site site, string? accountId) => accountId switch
    {
        null or "" => site.Users[0],
        Nobody => null,
        _ => site.Users.FirstOrDefault(user => user.AccountId == accountId)
            ?? throw new CallRefusedException(
                StatusCodes.Status404NotFound,
                $"Site \"{site.Id}\" has no user \"{accountId}\". GET /sites lists the account ids; \"{Nobody}\" is nobody in session."),
    };
}
