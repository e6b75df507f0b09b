using ForgeOrleans.Documents;
using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>Clears a site's board, hourly, of what has been done for long.</summary>
public sealed class TaskCleanup(SiteState state, IssueTasks issues, TimeProvider clock)
{
    /// <summary>How long a task stays after it was done.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    // The platform tries an event again for four minutes, and says that it may be late by three.
    private static readonly TimeSpan LatestEvent = TimeSpan.FromDays(1);

    /// <summary>Deletes the tasks that were done, and not touched since, a month ago.</summary>
    public async Task RunAsync(TriggerRun run, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var tasks = state.Collection<TaskItem>("tasks");
        var deleted = 0;
        await foreach (var task in tasks.ListAllAsync(cancellationToken: cancellationToken))
        {
            if (!task.Value.Done || task.Value.UpdatedAt > now - Retention)
                continue;
            try
            {
                await tasks.DeleteAsync(task.Key, task.Version, cancellationToken);
                run.Report(++deleted, "tasks deleted that were done long ago");
            }
            catch (DocumentConflictException)
            {
                // Somebody has just changed it: it is not done for long any more.
            }
        }
        await issues.ForgetAsync(now - LatestEvent, cancellationToken);
    }
}
