using System.Globalization;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Products;

/// <summary>What people of a site have written in Jira and Confluence: at first always the same, and enough for several pages.</summary>
internal sealed class SiteContent
{
    /// <summary>How many issues, and how many pages, a site can have.</summary>
    public const int Most = 2000;

    private const int FirstPageId = 98_305;
    private const int PageIdStep = 131;
    private const int FirstIssueId = 10_001;
    private const int MoreProjects = 58;
    private const int MoreIssues = 240;
    private const int MorePages = 120;

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

    private readonly Lock _turn = new();
    private volatile IReadOnlyList<Page> _pages;
    private volatile IReadOnlyList<Issue> _issues;
    private int _lastPage;
    private int _lastIssue;

    private SiteContent(
        Site site, (string Key, string Name) first, (string Key, string Name) second, (string Key, string Name) project)
    {
        Spaces = [new("65537", first.Key, first.Name), new("65538", second.Key, second.Name), new("65539", "WIKI", "Wiki")];
        Projects =
        [
            new("10000", project.Key, project.Name),
            new("10001", "DESK", "Service Desk"),
            .. Enumerable.Range(1, MoreProjects)
                .Select(number => new Project($"{10_001 + number}", $"P{number:00}", $"Project {number:00}")),
        ];
        _pages =
        [
            .. Spaces.Take(2)
                .SelectMany(space => PageTitles.Select(title => NewPage(title is "Home" ? $"{space.Name} {title}" : title, space, null))),
            // Only the first user may read this one: not the others, and not the app.
            NewPage("Salary review", Spaces[0], site.Users[0].AccountId),
            .. Enumerable.Range(1, MorePages).Select(number => NewPage($"Article {number:000}", Spaces[2], null)),
        ];
        _issues =
        [
            .. Summaries.Select((summary, index) => NewIssue(Projects[0], index + 1, summary, StatusOf(index), UserOf(index))),
            .. Enumerable.Range(0, MoreIssues)
                .Select(index => NewIssue(Projects[1], index + 1, $"Request {index + 1:000}", StatusOf(index), UserOf(index))),
        ];

        User UserOf(int index) => site.Users[index % site.Users.Count];
    }

    public IReadOnlyList<Space> Spaces { get; }

    public IReadOnlyList<Project> Projects { get; }

    public IReadOnlyList<Page> Pages => _pages;

    public IReadOnlyList<Issue> Issues => _issues;

    public static SiteContent Create(Site site) => site.Id is "globex"
        ? new SiteContent(site, ("LAB", "Laboratory"), ("SALES", "Sales"), ("REA", "Reactor"))
        : new SiteContent(site, ("ENG", "Engineering"), ("OPS", "Operations"), ("ROAD", "Road Runner"));

    /// <summary>An issue by its key or its id.</summary>
    public Issue? FindIssue(string keyOrId) =>
        _issues.FirstOrDefault(issue => issue.Key.Equals(keyOrId, StringComparison.OrdinalIgnoreCase) || issue.Id == keyOrId);

    /// <summary>A new issue of a project; null when the site has as many as it can.</summary>
    public Issue? AddIssue(Project project, string summary, User assignee)
    {
        lock (_turn)
        {
            if (_issues.Count >= Most)
            {
                return null;
            }

            var last = _issues.Where(issue => issue.Project == project).Select(issue => issue.Number).DefaultIfEmpty().Max();
            var added = NewIssue(project, last + 1, summary, StatusOf(0), assignee);
            _issues = [.. _issues, added];
            return added;
        }
    }

    /// <summary>Changes an issue, or takes it away where the change is null; null when there is none.</summary>
    public Issue? ChangeIssue(string keyOrId, Func<Issue, Issue?> change)
    {
        lock (_turn)
        {
            if (FindIssue(keyOrId) is not { } issue)
            {
                return null;
            }

            var changed = change(issue);
            _issues = [.. _issues.Select(known => known == issue ? changed : known).OfType<Issue>()];
            return changed ?? issue;
        }
    }

    /// <summary>Changes a page, or takes it away where the change is null.</summary>
    public void ChangePage(string id, Func<Page, Page?> change)
    {
        lock (_turn)
        {
            _pages = [.. _pages.Select(page => page.Id == id ? change(page) : page).OfType<Page>()];
        }
    }

    /// <summary>A new page; null when the site has as many as it can.</summary>
    public Page? AddPage(string title, Space space)
    {
        lock (_turn)
        {
            if (_pages.Count >= Most)
            {
                return null;
            }

            var added = NewPage(title, space, null);
            _pages = [.. _pages, added];
            return added;
        }
    }

    private Page NewPage(string title, Space space, string? onlyFor) =>
        new($"{FirstPageId + (PageIdStep * _lastPage++)}", title, space, onlyFor);

    private Issue NewIssue(Project project, int number, string summary, string status, User assignee) => new(
        (FirstIssueId + _lastIssue++).ToString(CultureInfo.InvariantCulture),
        $"{project.Key}-{number}",
        number,
        summary,
        status,
        assignee,
        project);

    private static string StatusOf(int index) => (index % 3) switch { 0 => "To Do", 1 => "In Progress", _ => "Done" };
}

/// <summary>A Confluence space.</summary>
internal sealed record Space(string Id, string Key, string Name);

/// <summary>A Confluence page.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Space">The space it is in.</param>
/// <param name="OnlyFor">The account id of the only user who may read it; null for everybody.</param>
internal sealed record Page(string Id, string Title, Space Space, string? OnlyFor)
{
    public int Version { get; init; } = 1;
}

/// <summary>A Jira project.</summary>
internal sealed record Project(string Id, string Key, string Name);

/// <summary>A Jira issue.</summary>
internal sealed record Issue(string Id, string Key, int Number, string Summary, string Status, User Assignee, Project Project)
{
    /// <summary>The last comments, oldest first.</summary>
    public IReadOnlyList<Comment> Comments { get; init; } = [];

    public int LastComment { get; init; }
}

/// <summary>A comment on an issue.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Author">The account id of who wrote it; null for the app.</param>
/// <param name="Body">What it says, as it was sent: a document, or a text.</param>
/// <param name="Created">When.</param>
internal sealed record Comment(string Id, User? Author, string Body, DateTimeOffset Created);
