using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Jira's issue search and <c>myself</c>, version 3.</summary>
internal static partial class JiraRoutes
{
    private const int DefaultMaxResults = 50;
    private const int MaximumMaxResults = 5000;

    internal static readonly NeedsScope SearchScope = new("read:jira-work", "read:issue-details:jira", "read:issue:jira");
    internal static readonly NeedsScope MyselfScope = new("read:jira-user", "read:user:jira");

    public static void MapJira(this IEndpointRouteBuilder products)
    {
        products.MapGet("rest/api/3/search/jql", SearchByQuery).WithMetadata(SearchScope);
        products.MapPost("rest/api/3/search/jql", Search).WithMetadata(SearchScope);
        products.MapGet("rest/api/3/myself", Myself).WithMetadata(MyselfScope);
    }

    private static IResult SearchByQuery(
        HttpContext http, Platform platform, string? jql, string? fields, int? maxResults, string? nextPageToken) =>
        Search(http, platform, new IssueSearch(jql, fields?.Split(','), maxResults, nextPageToken));

    private static IResult Search(HttpContext http, Platform platform, IssueSearch search)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (string.IsNullOrWhiteSpace(search.Jql) || search.Jql.TrimStart().StartsWith("order by", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
        }

        if (Offset(search.NextPageToken) is not { } offset)
        {
            return Refuse("The provided next page token is invalid or expired.");
        }

        var issues = platform.Contents.Of(grant.Site).Issues.Where(Matching(search.Jql)).ToList();
        var size = Math.Clamp(search.MaxResults ?? DefaultMaxResults, 1, MaximumMaxResults);
        var next = offset + size;
        var page = issues.Skip(offset).Take(size).Select(issue => Shape(issue, search.Fields ?? [], platform, grant)).ToList();
        http.Returns(page.Count);
        return next < issues.Count
            ? Results.Json(new { issues = page, nextPageToken = PageToken(next), isLast = false })
            : Results.Json(new { issues = page, isLast = true });
    }

    private static IResult Myself(HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        http.ReturnsUsers(1);
        return Results.Json(Shape(grant.User ?? new User(platform.AppAccountId, "Forge app"), platform, grant.Site, grant.User is null));
    }

    // As much JQL as a sample needs: the project and the status. Anything else matches.
    private static Func<Issue, bool> Matching(string jql)
    {
        var (project, status) = (ValueOf(ProjectClause().Match(jql)), ValueOf(StatusClause().Match(jql)));
        return issue => Agrees(project, issue.Project.Key, issue.Project.Name, issue.Project.Id) && Agrees(status, issue.Status);
    }

    private static string? ValueOf(Match clause) => clause.Success ? clause.Groups["value"].Value : null;

    private static bool Agrees(string? wanted, params ReadOnlySpan<string> values)
    {
        foreach (var value in values)
        {
            if (value.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return wanted is null;
    }

    [GeneratedRegex("""\bproject\s*=\s*(?<quote>["']?)(?<value>[^"']+?|\w+)\k<quote>(?=\s|$)""", RegexOptions.IgnoreCase)]
    private static partial Regex ProjectClause();

    [GeneratedRegex("""\bstatus\s*=\s*(?<quote>["']?)(?<value>[^"']+?|\w+)\k<quote>(?=\s|$)""", RegexOptions.IgnoreCase)]
    private static partial Regex StatusClause();

    internal static object Shape(Issue issue, IReadOnlyList<string> fields, Platform platform, AccessGrant grant)
    {
        // Unless it is asked for fields, this search answers ids alone.
        if (fields.Count is 0 || fields is ["id"])
        {
            return new { issue.Id };
        }

        var all = fields.Any(field => field is "*all" or "*navigable");
        var values = new Dictionary<string, object>
        {
            ["summary"] = issue.Summary,
            ["status"] = new { name = issue.Status },
            ["assignee"] = Shape(issue.Assignee, platform, grant.Site, isApp: false),
            ["project"] = new { issue.Project.Id, issue.Project.Key, issue.Project.Name },
        };
        return new
        {
            issue.Id,
            issue.Key,
            self = $"{platform.ApiBaseUrl("jira", grant.Site)}/rest/api/3/issue/{issue.Id}",
            fields = values.Where(value => all || fields.Contains(value.Key)).ToDictionary(),
        };
    }

    internal static object Shape(User user, Platform platform, Site site, bool isApp) => new
    {
        self = $"{platform.ApiBaseUrl("jira", site)}/rest/api/3/user?accountId={Uri.EscapeDataString(user.AccountId)}",
        user.AccountId,
        accountType = isApp ? "app" : "atlassian",
        displayName = user.Name,
        active = user.Active,
        timeZone = "Etc/UTC",
        locale = "en_US",
    };

    internal static string PageToken(int offset) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"from:{offset}"));

    internal static int? Offset(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return 0;
        }

        return Base64Url.IsValid(token)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token)) is ['f', 'r', 'o', 'm', ':', .. var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : null;
    }

    internal static IResult Refuse(string message, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { errorMessages = new[] { message }, errors = new { } }, statusCode: status);
}

/// <summary>What Jira is asked to search for.</summary>
internal sealed record IssueSearch(string? Jql, IReadOnlyList<string>? Fields, int? MaxResults, string? NextPageToken);
