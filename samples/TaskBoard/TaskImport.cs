using System.ComponentModel.DataAnnotations;
using ForgeOrleans;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Validation;

namespace TaskBoard;

/// <summary>Makes many tasks with one call: it is answered at once, and they appear on the board one after another.</summary>
public static class TaskImport
{
    private const string Job = "import-tasks";

    // A commit takes up to 99 changes. Between two of them the job says how far it is.
    private const int AtOnce = 50;

    public static void MapTaskImport(this WebApplication app)
    {
        app.MapForgeInvocation("POST", "/tasks/import", Accept);
        app.MapForgeJob(Job, (JobRun run, TasksToImport import, SiteState state, RecordedRuns runs, CancellationToken cancellationToken) =>
            runs.RunAsync(run, cancellationToken, () => ImportAsync(run, import.Tasks, state, cancellationToken)));
    }

    private static async Task<IResult> Accept(
        NewTasks import, SiteWork work, ForgeInvocation invocation, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (import.Tasks.Contains(null!))
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "One of the tasks to import is null.");
        var now = clock.GetUtcNow();
        // What is made is settled here, ids too: an attempt after a failure makes the same. Ids a millisecond apart keep the order.
        var tasks = import.Tasks.Select((task, i) => new TaskItem(
            Guid.CreateVersion7(now.AddMilliseconds(i)).ToString(), task.Department, task.Team, task.Description, false, invocation.Principal, now, now));
        var itemId = await work.EnqueueAsync(Job, new TasksToImport([.. tasks]), orderingKey: Job, cancellationToken: cancellationToken);
        return Results.Json(new JobAnswer(itemId), statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task ImportAsync(JobRun run, IReadOnlyList<TaskItem> tasks, SiteState state, CancellationToken cancellationToken)
    {
        var board = state.Collection<TaskItem>("tasks");
        for (var done = run.Checkpoint<int>(); done < tasks.Count;)
        {
            var batch = tasks.Skip(done).Take(AtOnce).ToList();
            await state.CommitAsync([.. batch.Select(task => board.Put(task.Id, task))], cancellationToken);
            done += batch.Count;
            run.Report(done, $"of {tasks.Count} tasks made");
            await run.SaveCheckpointAsync(done, cancellationToken);
        }
    }

    private sealed record TasksToImport(IReadOnlyList<TaskItem> Tasks);
}

/// <summary>The tasks to import: at most 500.</summary>
[ValidatableType]
public sealed record NewTasks([Required, MinLength(1), MaxLength(500)] IReadOnlyList<NewTask> Tasks);

/// <summary>By what a job is found in the site's activity.</summary>
public sealed record JobAnswer(string ItemId);
