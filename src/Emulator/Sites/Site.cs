namespace ForgeOrleans.Emulator.Sites;

/// <summary>A site of the Atlassian cloud with the app installed in Jira and in Confluence.</summary>
/// <param name="Id">The name by which callers choose it.</param>
/// <param name="Name">The company's name.</param>
/// <param name="CloudId">The site's id.</param>
/// <param name="InstallationId">The installation's bare uuid.</param>
/// <param name="Users">The people who work there.</param>
public sealed record Site(string Id, string Name, string CloudId, string InstallationId, IReadOnlyList<User> Users)
{
    /// <summary>The products that the app is installed in.</summary>
    public static IReadOnlyList<string> Products { get; } = ["jira", "confluence"];

    /// <summary>Whether the app is installed now; if not, <see cref="InstallationId"/> is that of the last installation.</summary>
    public bool IsInstalled { get; init; } = true;

    /// <summary>The version that the site was upgraded to; null for the one that the emulator was started with.</summary>
    public string? AppVersion { get; init; }

    /// <summary>What product APIs answer while the app isn't installed: 401, 403, 404 or 410.</summary>
    internal int ProductStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>When the product APIs begin to know a new installation; before, they answer 403.</summary>
    internal DateTimeOffset ProductsFrom { get; init; }

    /// <summary>Where people find the site.</summary>
    public string Url => $"https://{Id}.atlassian.net";
}

/// <summary>A person with an Atlassian account.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Name">The name that others see.</param>
public sealed record User(string AccountId, string Name);
