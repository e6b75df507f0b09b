using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>A site of the Atlassian cloud with the app installed in its products.</summary>
/// <param name="Id">The name by which callers choose it.</param>
/// <param name="Name">The company's name.</param>
/// <param name="CloudId">The site's id.</param>
/// <param name="InstallationId">The installation's bare uuid.</param>
/// <param name="Users">The people who work there.</param>
public sealed record Site(string Id, string Name, string CloudId, string InstallationId, IReadOnlyList<User> Users)
{
    /// <summary>The products that the emulator plays.</summary>
    public static IReadOnlyList<string> AllProducts { get; } = ["jira", "confluence"];

    /// <summary>The products that the app is installed in, the one that it was first installed in at the front.</summary>
    public IReadOnlyList<string> Products { get; init; } = AllProducts;

    /// <summary>Whether the app is installed now; if not, <see cref="InstallationId"/> is that of the last installation.</summary>
    public bool IsInstalled { get; init; } = true;

    /// <summary>The version that the site was upgraded to; null for the one that the emulator was started with.</summary>
    public string? AppVersion { get; init; }

    /// <summary>The app's license on the site, which tokens tell as <c>app.license</c> (contract, section 3); null for none.</summary>
    public JsonObject? License { get; init; }

    /// <summary>What product APIs answer while the app isn't installed: 401, 403, 404 or 410.</summary>
    internal int ProductStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>Where people find the site.</summary>
    public string Url => $"https://{Id}.atlassian.net";
}

/// <summary>A person with an Atlassian account.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Name">The name that others see.</param>
public sealed record User(string AccountId, string Name)
{
    /// <summary>Whether the account is in use; if not, its tokens are good for nothing.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Whether the person may use the site, and the app on it.</summary>
    public bool HasAccess { get; init; } = true;
}
