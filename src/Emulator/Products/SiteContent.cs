using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Products;

/// <summary>What people of a site have written in Jira and Confluence.</summary>
internal sealed record SiteContent(
    IReadOnlyList<Space> Spaces, IReadOnlyList<Page> Pages, IReadOnlyList<Project> Projects, IReadOnlyList<Issue> Issues)
{
    private const int FirstId = 98_305;
    private const int IdStep = 131;

    private static readonly string[] PageTitles =
    [
        "Home", "Team charter", "Onboarding", "Working agreements", "Meeting notes", "Roadmap", "Decisions", "Release checklist",
        "Retrospective", "Incident reviews",
    ];

    private static readonly string[] Summaries =
    [
        "Upgrade the payment gateway", "Login page is slow on mobile", "Write the release notes", "Rotate the signing keys",
        "Search misses archived items", "Add dark mode to the dashboard", "Invoice shows the wrong currency", "Automate the nightly backup",
        "Improve error messages of the importer", "Remove the legacy endpoint", "Measure the time to first byte",
        "Document the on-call rota",
    ];

    /// <summary>Always the same for a site.</summary>
    public static SiteContent Of(Site site) => site.Id is "globex"
        ? Create(site, ("LAB", "Laboratory"), ("SALES", "Sales"), ("REA", "Reactor"))
        : Create(site, ("ENG", "Engineering"), ("OPS", "Operations"), ("ROAD", "Road Runner"));

    private static SiteContent Create(
        Site site, (string Key, string Name) first, (string Key, string Name) second, (string Key, string Name) project)
    {
        Space[] spaces = [new("65537", first.Key, first.Name), new("65538", second.Key, second.Name)];
        Project[] projects = [new("10000", project.Key, project.Name)];
        List<Page> pages =
        [
            .. spaces
                .SelectMany(space => PageTitles.Select(title => (space, Title: title is "Home" ? $"{space.Name} {title}" : title)))
                .Select((page, index) => new Page(PageId(index), page.Title, page.space, null)),
        ];
        // Only the first user may read this one: not the others, and not the app.
        pages.Add(new Page(PageId(pages.Count), "Salary review", spaces[0], site.Users[0].AccountId));
        var issues = Summaries.Select((summary, index) => CreateIssue(site, projects[0], summary, index));
        return new SiteContent(spaces, pages, projects, [.. issues]);
    }

    private static string PageId(int index) => $"{FirstId + (IdStep * index)}";

    private static Issue CreateIssue(Site site, Project project, string summary, int index) => new(
        $"{10_001 + index}",
        $"{project.Key}-{index + 1}",
        summary,
        (index % 3) switch { 0 => "To Do", 1 => "In Progress", _ => "Done" },
        site.Users[index % site.Users.Count],
        project);
}

/// <summary>A Confluence space.</summary>
internal sealed record Space(string Id, string Key, string Name);

/// <summary>A Confluence page.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Space">The space it is in.</param>
/// <param name="OnlyFor">The account id of the only user who may read it; null for everybody.</param>
internal sealed record Page(string Id, string Title, Space Space, string? OnlyFor);

/// <summary>A Jira project.</summary>
internal sealed record Project(string Id, string Key, string Name);

/// <summary>A Jira issue.</summary>
internal sealed record Issue(string Id, string Key, string Summary, string Status, User Assignee, Project Project);
