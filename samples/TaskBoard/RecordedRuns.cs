using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>Runs handlers of work, and keeps in the site's activity that and when they ran.</summary>
public sealed class RecordedRuns(ActivityLog log, Simulation simulation)
{
    /// <summary>Runs a handler: <paramref name="work"/>, if there is something to do besides taking note.</summary>
    public async Task RunAsync(WorkRun run, CancellationToken cancellationToken, Func<Task>? work = null)
    {
        var recorded = await log.StartAsync(run.ItemId, run.Kind, run.Key, run.Attempt, cancellationToken);
        try
        {
            await simulation.PlayAsync(run, cancellationToken);
            if (work is not null)
                await work();
        }
        finally
        {
            await log.FinishAsync(recorded);
        }
    }
}
