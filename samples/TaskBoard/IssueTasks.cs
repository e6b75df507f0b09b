using System.Text.Json;
using ForgeOrleans.Documents;
using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>Keeps a task for every Jira issue with the label <c>task-board</c>.</summary>
/// <remarks>Events come at least once and in any order (contract section 7): the same twice changes nothing, and an older one loses to a newer one.</remarks>
public sealed class IssueTasks(SiteState state, TimeProvider clock)
{
    public const string Deleted = "avi:jira:deleted:issue";

    private const string Label = "task-board";

    /// <summary>Brings the issue's task to what an event says of it.</summary>
    public async Task FollowAsync(ProductEvent run, CancellationToken cancellationToken)
    {
        if (run is not { EntityType: "issue", EntityId: { } issueId })
            return;
        var issue = IssueIn(run.Json);
        var isOnBoard = run.EventType != Deleted && LabelsOf(issue).Contains(Label);
        var link = await Links.GetAsync(issueId, cancellationToken);
        // Of all the others nothing is kept, except that an issue is gone: an event of its life may still come.
        if (link is null && !isOnBoard && run.EventType != Deleted)
            return;

        var happened = run.Timestamp ?? run.AcceptedAt;
        if (link?.Value.At > happened)
            return;
        var taskId = link?.Value.TaskId;
        var existing = taskId is null ? null : await Tasks.GetAsync(taskId, cancellationToken);
        DocumentChange? change;
        if (isOnBoard)
        {
            // Its own id is the same in every attempt, and grows with time as those of all tasks do.
            taskId ??= run.ItemId;
            change = Tasks.Put(taskId, TaskOf(issue, taskId, existing?.Value, run.AtlassianId), existing?.Version ?? 0);
        }
        else
        {
            change = existing is null ? null : Tasks.Delete(existing.Key, existing.Version);
            taskId = null;
        }
        await state.CommitAsync(
            [Links.Put(issueId, new(taskId, happened), link?.Version ?? 0), .. change is null ? Array.Empty<DocumentChange>() : [change]], cancellationToken);
    }

    /// <summary>Forgets the issues that were taken off the board so long ago that nothing older will come.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var link in Links.ListAllAsync(cancellationToken: cancellationToken))
            if (link.Value.TaskId is null && link.Value.At < before)
                await Links.DeleteAsync(link.Key, cancellationToken: cancellationToken);
    }

    private TaskItem TaskOf(JsonElement issue, string id, TaskItem? existing, string? creator)
    {
        var now = clock.GetUtcNow();
        var fields = MemberOf(issue, "fields");
        var project = MemberOf(fields, "project");
        return new(
            id,
            Shortened(TextOf(project, "name"), 100) ?? "Jira",
            Shortened(TextOf(project, "key"), 100) ?? "Jira",
            Shortened($"{TextOf(issue, "key")} {TextOf(fields, "summary")}".Trim(), 10_000) ?? "An issue",
            TextOf(MemberOf(MemberOf(fields, "status"), "statusCategory"), "key") == "done",
            existing?.CreatedBy ?? creator,
            existing?.CreatedAt ?? now,
            now);
    }

    private DocumentCollection<TaskItem> Tasks => state.Collection<TaskItem>("tasks");

    private DocumentCollection<IssueLink> Links => state.Collection<IssueLink>("issues");

    private static JsonElement IssueIn(JsonElement body) =>
        MemberOf(body, "issue") is { ValueKind: JsonValueKind.Object } issue ? issue : MemberOf(MemberOf(body, "payload"), "issue");

    private static IEnumerable<string?> LabelsOf(JsonElement issue) => MemberOf(MemberOf(issue, "fields"), "labels") is { ValueKind: JsonValueKind.Array } labels
        ? labels.EnumerateArray().Where(label => label.ValueKind == JsonValueKind.String).Select(label => label.GetString())
        : [];

    private static JsonElement MemberOf(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

    private static string? TextOf(JsonElement json, string name) => MemberOf(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string? Shortened(string? text, int length) => string.IsNullOrEmpty(text) ? null : text.Length > length ? text[..length] : text;

    private sealed record IssueLink(string? TaskId, DateTimeOffset At);
}
