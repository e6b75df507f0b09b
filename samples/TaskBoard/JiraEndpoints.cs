using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using ForgeOrleans;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.Validation;

namespace TaskBoard;

public static class JiraEndpoints
{
    private const string SearchPath = "/rest/api/3/search/jql";
    private const int PageSize = 100;

    public static void MapJira(this WebApplication app)
    {
        app.MapForgeInvocation("GET", "/jira/search", Search);
        app.MapForgeInvocation("POST", "/impersonate", Impersonate);
    }

    /// <summary>Searches as the app, page by page: whole pages, and at most <paramref name="limit"/> issues. Where there are more, the answer says how to go on.</summary>
    private static async Task<IssueList> Search(
        string jql, JiraApi jira, string? nextPageToken, CancellationToken cancellationToken, [Range(1, 5000)] int limit = 1000)
    {
        var size = Math.Min(limit, PageSize);
        var found = jira.AsApp().PagesByToken<Issue>($"{SearchPath}?jql={Uri.EscapeDataString(jql)}&fields=summary,status&maxResults={size}", "issues");
        var issues = new List<IssueAnswer>();
        try
        {
            await foreach (var page in found.AsPages(nextPageToken, cancellationToken))
            {
                issues.AddRange(page.Items.Select(issue => new IssueAnswer(issue.Id, issue.Key, issue.Fields?.Summary, issue.Fields?.Status?.Name)));
                if (page.Next is not null && issues.Count + size > limit)
                    return new(issues, page.Next);
            }
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.BadRequest)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "Jira does not accept this jql, or this nextPageToken.", e);
        }
        return new(issues, null);
    }

    /// <summary>Answers who Jira says the call was made as, of a user who need not be here.</summary>
    private static async Task<IResult> Impersonate(Impersonation whom, JiraApi jira, CancellationToken cancellationToken)
    {
        using var response = await jira.AsUser(whom.AccountId).GetAsync("/rest/api/3/myself", cancellationToken);
        var answer = await JsonAnswer.ReadAsync(response, "Jira", cancellationToken);
        return response.IsSuccessStatusCode
            ? Results.Json(answer.Deserialize<Principal>(JsonSerializerOptions.Web))
            : Results.Json(answer, statusCode: (int)response.StatusCode);
    }

    private sealed record Issue(string Id, string? Key, IssueFields? Fields);

    private sealed record IssueFields(string? Summary, IssueStatus? Status);

    private sealed record IssueStatus(string? Name);

    private sealed record IssueList(IReadOnlyList<IssueAnswer> Issues, string? NextPageToken);

    private sealed record IssueAnswer(string Id, string? Key, string? Summary, string? Status);

    private sealed record Principal(string AccountId, string? AccountType, string? DisplayName);
}

/// <summary>Whom to call Jira as.</summary>
[ValidatableType]
public sealed record Impersonation([Required, StringLength(128)] string AccountId);
