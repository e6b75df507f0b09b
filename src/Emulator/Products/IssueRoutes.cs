using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Jira's issues and their comments, version 3: read, written and deleted one by one.</summary>
internal static class IssueRoutes
{
    private const int LongestSummary = 255;
    private const int MostComments = 500;
    private const int DefaultMaxResults = 50;
    private const int MaximumMaxResults = 5000;

    private static readonly string[] AllFields = ["*all"];
    private static readonly NeedsScope WriteScope = new("write:jira-work", "write:issue:jira", "write:comment:jira", "delete:issue:jira");

    public static void MapIssues(this IEndpointRouteBuilder products)
    {
        products.MapPost("rest/api/3/issue", Create).WithMetadata(WriteScope);
        products.MapGet("rest/api/3/issue/{issueIdOrKey}", Get).WithMetadata(JiraRoutes.SearchScope);
        products.MapPut("rest/api/3/issue/{issueIdOrKey}", Edit).WithMetadata(WriteScope);
        products.MapDelete("rest/api/3/issue/{issueIdOrKey}", Delete).WithMetadata(WriteScope);
        products.MapGet("rest/api/3/issue/{issueIdOrKey}/comment", Comments).WithMetadata(JiraRoutes.SearchScope);
        products.MapPost("rest/api/3/issue/{issueIdOrKey}/comment", AddComment).WithMetadata(WriteScope);
    }

    private static IResult Create(JsonObject body, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var content = platform.Contents.Of(grant.Site);
        var project = content.Projects.FirstOrDefault(known =>
            known.Key == Text(Fields(body)?["project"], "key") || known.Id == Text(Fields(body)?["project"], "id"));
        if (project is null)
        {
            return JiraRoutes.Refuse("Specify a valid project ID or key");
        }

        if (Text(Fields(body), "summary") is not { Length: >= 1 and <= LongestSummary } summary)
        {
            return JiraRoutes.Refuse($"Specify a summary of at most {LongestSummary} characters");
        }

        return content.AddIssue(project, summary, grant.User ?? grant.Site.Users[0]) is { } issue
            ? Results.Json(new { issue.Id, issue.Key, self = Self(platform, grant, issue) }, statusCode: StatusCodes.Status201Created)
            : JiraRoutes.Refuse($"The emulator keeps at most {SiteContent.Most} issues of a site: delete some");
    }

    private static IResult Get(string issueIdOrKey, string? fields, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (platform.Contents.Of(grant.Site).FindIssue(issueIdOrKey) is not { } issue)
        {
            return NoIssue();
        }

        http.Returns(1);
        return Results.Json(JiraRoutes.Shape(issue, fields?.Split(',') ?? AllFields, platform, grant));
    }

    private static IResult Edit(string issueIdOrKey, JsonObject body, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (Text(Fields(body), "summary") is var summary && summary is { Length: 0 or > LongestSummary })
        {
            return JiraRoutes.Refuse($"Specify a summary of at most {LongestSummary} characters");
        }

        var changed = platform.Contents.Of(grant.Site)
            .ChangeIssue(issueIdOrKey, issue => issue with { Summary = summary ?? issue.Summary });
        return changed is null ? NoIssue() : Results.NoContent();
    }

    private static IResult Delete(string issueIdOrKey, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        return platform.Contents.Of(grant.Site).ChangeIssue(issueIdOrKey, _ => null) is null ? NoIssue() : Results.NoContent();
    }

    private static IResult Comments(
        string issueIdOrKey, HttpContext http, Platform platform, int startAt = 0, int maxResults = DefaultMaxResults)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (platform.Contents.Of(grant.Site).FindIssue(issueIdOrKey) is not { } issue)
        {
            return NoIssue();
        }

        var size = Math.Clamp(maxResults, 0, MaximumMaxResults);
        var comments = issue.Comments.Skip(Math.Max(0, startAt)).Take(size)
            .Select(comment => Shape(comment, issue, platform, grant))
            .ToList();
        http.Returns(comments.Count);
        return Results.Json(new { startAt, maxResults = size, total = issue.Comments.Count, comments });
    }

    private static IResult AddComment(string issueIdOrKey, JsonObject body, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (body["body"]?.ToJsonString() is not { } text)
        {
            return JiraRoutes.Refuse("Comment body can not be empty!");
        }

        Comment? added = null;
        var issue = platform.Contents.Of(grant.Site).ChangeIssue(issueIdOrKey, issue =>
        {
            var number = issue.LastComment + 1;
            added = new Comment($"{issue.Id}{number:00000}", grant.User, text, platform.Clock.GetUtcNow());
            return issue with { LastComment = number, Comments = [.. issue.Comments.TakeLast(MostComments - 1), added] };
        });
        return issue is null ? NoIssue() : Results.Json(Shape(added!, issue, platform, grant), statusCode: StatusCodes.Status201Created);
    }

    private static object Shape(Comment comment, Issue issue, Platform platform, AccessGrant grant) => new
    {
        self = $"{Self(platform, grant, issue)}/comment/{comment.Id}",
        comment.Id,
        author = new { accountId = comment.Author?.AccountId ?? platform.AppAccountId, displayName = comment.Author?.Name ?? "Forge app" },
        body = JsonDocument.Parse(comment.Body).RootElement,
        comment.Created,
    };

    private static string Self(Platform platform, AccessGrant grant, Issue issue) =>
        $"{platform.ApiBaseUrl("jira", grant.Site)}/rest/api/3/issue/{issue.Id}";

    private static JsonObject? Fields(JsonObject body) => body["fields"] as JsonObject;

    private static string? Text(JsonNode? node, string name) =>
        node is JsonObject parent && parent[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static IResult NoIssue() =>
        JiraRoutes.Refuse("Issue does not exist or you do not have permission to see it.", StatusCodes.Status404NotFound);
}
