using System.ComponentModel.DataAnnotations;
using ForgeOrleans;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;

namespace TaskBoard;

/// <summary>The tasks of a site: whoever calls sees those of the site that the call comes from, and no others.</summary>
public static class TaskEndpoints
{
    public static void MapTasks(this WebApplication app)
    {
        app.MapForgeInvocation("POST", "/tasks/", Create);
        app.MapForgeInvocation("GET", "/tasks/", List);
        app.MapForgeInvocation("GET", "/tasks/{id}", Get);
        app.MapForgeInvocation("PATCH", "/tasks/{id}", Change);
        app.MapForgeInvocation("DELETE", "/tasks/{id}", Delete);
    }

    private static async Task<TaskAnswer> Create(
        NewTask task, SiteState state, ForgeInvocation invocation, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // A version 7 id grows with time, so that a listing is in the order of creation.
        var created = new TaskItem(
            Guid.CreateVersion7(now).ToString(), task.Department, task.Team, task.Description, false, invocation.Principal, now, now);
        var version = await Tasks(state).PutAsync(created.Id, created, expectedVersion: 0, cancellationToken);
        return new(created with { Version = version });
    }

    private static async Task<TaskList> List(
        SiteState state, string? team, string? cursor, CancellationToken cancellationToken, [Range(1, 500)] int limit = 100)
    {
        if (cursor is not null && !Guid.TryParse(cursor, out _))
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "The cursor is not one that a listing answered as nextCursor.");
        var tasks = new List<TaskItem>();
        await foreach (var document in Tasks(state).ListAllAsync(after: cursor, cancellationToken: cancellationToken))
        {
            if (team is not null && document.Value.Team != team)
                continue;
            if (tasks.Count == limit)
                return new(tasks, tasks[^1].Id);
            tasks.Add(document.Value with { Version = document.Version });
        }
        return new(tasks, null);
    }

    private static async Task<TaskAnswer> Get(string id, SiteState state, CancellationToken cancellationToken)
    {
        var found = await Find(id, state, cancellationToken);
        return new(found.Value with { Version = found.Version });
    }

    private static async Task<TaskAnswer> Change(
        string id, TaskChange change, SiteState state, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = await Find(id, state, cancellationToken);
        var changed = found.Value with
        {
            Department = change.Department ?? found.Value.Department,
            Team = change.Team ?? found.Value.Team,
            Description = change.Description ?? found.Value.Description,
            Done = change.Done ?? found.Value.Done,
            UpdatedAt = clock.GetUtcNow(),
        };
        var version = await Tasks(state).PutAsync(id, changed, change.Version ?? found.Version, cancellationToken);
        return new(changed with { Version = version });
    }

    private static async Task<IResult> Delete(string id, SiteState state, CancellationToken cancellationToken) =>
        await Tasks(state).DeleteAsync(id, cancellationToken: cancellationToken) ? Results.NoContent() : throw NotFound(id);

    private static DocumentCollection<TaskItem> Tasks(SiteState state) => state.Collection<TaskItem>("tasks");

    private static async Task<Document<TaskItem>> Find(string id, SiteState state, CancellationToken cancellationToken) =>
        await Tasks(state).GetAsync(id, cancellationToken) ?? throw NotFound(id);

    private static ForgeException NotFound(string id) => new(ForgeErrorCode.NotFound, $"There is no task '{id}' on this site.");
}
