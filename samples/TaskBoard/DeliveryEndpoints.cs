using ForgeOrleans.Invocations;
using ForgeOrleans.Work;

namespace TaskBoard;

/// <summary>What the platform delivers by itself: each is stored and answered at once, and its handler runs later.</summary>
public static class DeliveryEndpoints
{
    public static void MapDeliveries(this WebApplication app)
    {
        foreach (var issueEvent in (string[])["avi:jira:created:issue", "avi:jira:updated:issue", IssueTasks.Deleted])
            app.MapForgeEvent("/events", issueEvent, FollowIssue);
        // Comments, and whatever else the manifest asks for.
        app.MapForgeEvent("/events", "*", (ProductEvent run, RecordedRuns runs, CancellationToken cancellationToken) => runs.RunAsync(run, cancellationToken));
        app.MapForgeScheduledTrigger("hourly", "/triggers/hourly", CleanUp);
        app.MapForgeLifecycle("/lifecycle", (LifecycleEvent run, RecordedRuns runs, CancellationToken cancellationToken) => runs.RunAsync(run, cancellationToken));
        app.MapForgePreUninstall("/uninstall", BeforeUninstall);
    }

    private static Task FollowIssue(ProductEvent run, RecordedRuns runs, IssueTasks tasks, CancellationToken cancellationToken) =>
        runs.RunAsync(run, cancellationToken, () => tasks.FollowAsync(run, cancellationToken));

    private static Task CleanUp(TriggerRun run, RecordedRuns runs, TaskCleanup cleanup, CancellationToken cancellationToken) =>
        runs.RunAsync(run, cancellationToken, () => cleanup.RunAsync(run, cancellationToken));

    // It comes once, while the user waits: there is no work to store.
    private static async Task<IResult> BeforeUninstall(ActivityLog log, ForgeInvocation invocation, CancellationToken cancellationToken)
    {
        var run = await log.StartAsync(invocation.TokenId ?? Guid.NewGuid().ToString(), WorkKind.Lifecycle, "pre-uninstall", 1, cancellationToken);
        await log.FinishAsync(run);
        return Results.NoContent();
    }
}
