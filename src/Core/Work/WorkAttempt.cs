using System.Diagnostics;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Work;

/// <summary>Makes one attempt at an item: finds its handler, gives it a scope of the site's own, and judges how it ended.</summary>
/// <param name="actors">Finds the installation.</param>
/// <param name="handlers">The handlers of this version.</param>
/// <param name="scopes">Makes a scope for each attempt.</param>
/// <param name="json">How checkpoints and payloads are read.</param>
/// <param name="meters">Counts attempts.</param>
/// <param name="clock">Tells how long an attempt takes.</param>
/// <param name="logger">Takes what failed.</param>
public sealed partial class WorkAttempt(
    IActors actors,
    DeferredHandlers handlers,
    IServiceScopeFactory scopes,
    IOptions<SiteStateOptions> json,
    WorkMeters meters,
    TimeProvider clock,
    ILogger<WorkAttempt> logger)
{
    // A handler of work has no deadline. So long is none.
    private static readonly TimeSpan NoDeadline = TimeSpan.FromDays(30);

    // A handler that was told to end and does not is left to itself after this.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly ActivitySource Source = new("ForgeOrleans.Work");

    /// <returns>What to tell the queue, or null when the lease was lost and nothing more is to be said.</returns>
    internal async Task<WorkReport?> MakeAsync(HeldLease held)
    {
        var item = held.Lease.Item;
        using var activity = Start(item);
        activity.SetTag("forge.installation", held.Installation).SetTag("forge.work.key", item.Key).SetTag("forge.work.attempt", held.Lease.Attempt);
        var begun = clock.GetTimestamp();
        var report = await JudgeAsync(held);
        meters.Ended(item.Kind, report?.Outcome, clock.GetElapsedTime(begun));
        if (report?.Error is { } error)
            activity.SetStatus(ActivityStatusCode.Error, error);
        return report;
    }

    // Without a listener too: the log and product calls carry the delivery's trace.
    private static Activity Start(WorkItem item)
    {
        var name = $"work {item.Kind}";
        if (Source.StartActivity(name, ActivityKind.Consumer, item.Origin?.TraceParent) is { } sampled)
            return sampled;
        var activity = new Activity(name);
        if (item.Origin?.TraceParent is { } parent)
            activity.SetParentId(parent);
        return activity.Start();
    }

    private async Task<WorkReport?> JudgeAsync(HeldLease held)
    {
        var item = held.Lease.Item;
        if (handlers.Find(item) is not { } handler)
        {
            Log.NoHandler(logger, item.Kind, item.Key, item.ItemId);
            return new(held.Name, WorkOutcome.NoHandler, $"This version of the app has no handler for the {item.Kind} '{item.Key}'.");
        }

        HandlerScope? scope = null;
        try
        {
            if (await actors.Get<IInstallationActor>(held.Installation).DescribeAsync(DescribeRequest.Instance, held.End) is not { } facts)
                return new(held.Name, WorkOutcome.FailedForGood, "The installation is not known any more.");
            var services = scopes.CreateAsyncScope();
            scope = services.ServiceProvider.GetRequiredService<HandlerScope>();
            scope.BindToWork(Invocation(item, facts), clock.GetUtcNow() + NoDeadline);
            held.Run = Create(held);
            var handling = HandleAsync(handler, held, services);
            await EndedAsync(handling, held);
            if (handling.IsCompleted)
                await handling;
            else
                _ = WatchAsync(handling, item);
            if (held.IsLost)
                return null;
            return held.IsSilent ? Silent(held) : new(held.Name, WorkOutcome.Done);
        }
        catch (Exception e)
        {
            if (held.IsLost)
                return null;
            var report = Explain(e, held, scope);
            if (report.Outcome is WorkOutcome.Failed or WorkOutcome.FailedForGood)
                Log.Failed(logger, item.Kind, item.Key, item.ItemId, held.Installation, held.Lease.Attempt, e);
            return report;
        }
    }

    // On a thread of its own turn: a handler that blocks holds up nobody else's lease.
    private static async Task HandleAsync(DeferredHandler handler, HeldLease held, AsyncServiceScope services)
    {
        await using (services)
            await Task.Run(() => handler.RunAsync(held.Run!, services.ServiceProvider, held.End), CancellationToken.None);
    }

    private async Task EndedAsync(Task handling, HeldLease held)
    {
        await Task.WhenAny(handling, Task.Delay(Timeout.InfiniteTimeSpan, held.End));
        // The process that stops waits for all of them as long as it can; here only those are left to themselves that nobody waits for.
        if (!handling.IsCompleted)
            await Task.WhenAny(handling, held.Stopping.IsCancellationRequested ? handling : Task.Delay(Grace, clock));
    }

    private async Task WatchAsync(Task handling, WorkItem item)
    {
        Log.LeftBehind(logger, item.Kind, item.Key, item.ItemId);
        try
        {
            await handling;
        }
        catch (Exception e)
        {
            Log.EndedLate(logger, item.ItemId, e);
        }
    }

    private static WorkReport Silent(HeldLease held) =>
        new(held.Name, WorkOutcome.Failed, "The handler neither ended nor reported progress for too long (Forge:Work:LongestSilence).");

    private WorkReport Explain(Exception e, HeldLease held, HandlerScope? scope)
    {
        var error = $"{e.GetType().Name}: {e.Message}";
        return e switch
        {
            _ when held.Stopping.IsCancellationRequested => new(held.Name, WorkOutcome.HandedOn),
            _ when held.IsSilent => Silent(held),
            TokenUnavailableException { IsOfApp: true } => new(held.Name, WorkOutcome.NoToken, error),
            PermanentFailureException => new(held.Name, WorkOutcome.FailedForGood, e.Message),
            RetryLaterException later => new(held.Name, WorkOutcome.Failed, e.Message, later.After),
            ForgeException { RetryAfter: { } after } => new(held.Name, WorkOutcome.Failed, error, after),
            _ => new(held.Name, WorkOutcome.Failed, error, scope?.ProductAsksToWait(clock.GetUtcNow())),
        };
    }

    private WorkRun Create(HeldLease held)
    {
        var context = new RunContext(
            held.Lease,
            async (checkpoint, cancellationToken) =>
            {
                var askedAt = clock.GetTimestamp();
                if (!(await actors.Get<IWorkQueue>(held.Installation).SaveCheckpointAsync(new(held.Name, checkpoint), cancellationToken)).IsHeld)
                {
                    held.Lose();
                    throw new LeaseLostException();
                }
                held.RenewedAt = askedAt;
            },
            json.Value,
            clock);
        return held.Lease.Item.Kind switch
        {
            WorkKind.Event => new ProductEvent(context),
            WorkKind.Trigger => new TriggerRun(context),
            WorkKind.Lifecycle => new LifecycleEvent(context),
            WorkKind.Job => new JobRun(context),
            _ => new WorkRun(context),
        };
    }

    private static ForgeInvocation Invocation(WorkItem item, InstallationFacts facts) => new()
    {
        Installation = facts,
        Module = item.Origin is { ModuleKey: not null } or { ModuleType: not null } ? new(item.Origin.ModuleType, item.Origin.ModuleKey) : null,
        IssuedAt = item.Origin?.IssuedAt ?? item.AcceptedAt,
        TokenId = item.Origin?.TokenId,
        ContextJson = item.Origin?.ContextJson ?? default,
    };

    private static partial class Log
    {
        [LoggerMessage(75, LogLevel.Warning, "The {Kind} '{Key}' {Item} of {Installation} failed at attempt {Attempt}.")]
        public static partial void Failed(ILogger logger, string kind, string key, string item, string installation, int attempt, Exception e);

        [LoggerMessage(76, LogLevel.Warning, "There is no handler for the {Kind} '{Key}'; {Item} waits for a version of the app that has one.")]
        public static partial void NoHandler(ILogger logger, string kind, string key, string item);

        [LoggerMessage(77, LogLevel.Error, "The handler of the {Kind} '{Key}' did not end when it was told to; {Item} is run by another attempt beside it.")]
        public static partial void LeftBehind(ILogger logger, string kind, string key, string item);

        [LoggerMessage(78, LogLevel.Warning, "The handler of {Item}, which had been left behind, failed.")]
        public static partial void EndedLate(ILogger logger, string item, Exception e);
    }
}
