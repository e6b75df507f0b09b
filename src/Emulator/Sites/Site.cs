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

    /// <summary>Where people find the site.</summary>
    public string Url => $"https://{Id}.atlassian.net";
}

/// <summary>A person with an Atlassian account.</summary>
/// <param name="AccountId">The account's id.</param>
/// <param name="Name">The name that others see.</param>
public sealed record User(string AccountId, string Name);
