using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    // What a product or a handler asks for is believed up to here.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    // A process ends for many reasons that the work has nothing to do with. But work that ends its process shall not do so for ever.
    private const int LossesPerAttempt = 3;

    private static readonly string[] WaitingForToken = [WorkRows.FirstBlockedByToken, WorkRows.BlockedByToken];
    private static readonly string[] WaitingForHandler = [WorkRows.FirstBlockedByHandler, WorkRows.BlockedByHandler];

    private long? _tokenCame;

    // An error is for the operator to read; what a handler throws may quote a whole page.
    private const int LongestError = 2_000;

    /// <inheritdoc/>
    public async Task<ReportAnswer> ReportAsync(WorkReport report, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (Held(report.Lease) is not { } run)
            return new(false);
        var changes = Change();
        run.Progress = report.Lease.Progress ?? run.Progress;
        await EndAsync(report.Lease.Position, run, report, changes, cancellationToken);
        await CommitAsync(changes);
        return new(true);
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(ResumeRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        // What has missed it while it ran need not wait for the next one.
        _tokenCame = clock.GetTimestamp();
        if (!await IsAnyAsync(WaitingForToken, cancellationToken))
            return;
        var changes = Change();
        // Those that one turn does not reach are let go by the alarm.
        changes.Queue = changes.Queue with { TokenAt = clock.GetUtcNow() };
        changes.LookAt(clock.GetUtcNow());
        await CommitAsync(changes);
        await UnblockAsync(Blocked.Intersect(WaitingForToken), cancellationToken);
    }

    private async ValueTask EndAsync(long position, Run run, WorkReport report, WorkChanges changes, CancellationToken cancellationToken, bool isLost = false)
    {
        // What gets on is tried for as long as it does.
        var head = run.Row.HasGotOn ? run.Row.Head with { Failures = 0, Losses = 0 } : run.Row.Head;
        changes.Delete(WorkRows.Running(position));
        changes.After(() => _running.Remove(position));
        changes.Queue = changes.Queue with { Running = changes.Queue.Running - 1 };
        // Whoever runs none of the site's now would not ask again by itself.
        changes.IsReady |= _running.Count >= Options.PerSite;
        var now = clock.GetUtcNow();
        // Once the app is uninstalled no token comes any more: what waited for one would hold its line, and who uninstalled the app, for ever.
        var outcome = report.Outcome == WorkOutcome.NoToken && head.IsFirst && _queue!.IsStopped ? WorkOutcome.Failed : report.Outcome;
        if (outcome == WorkOutcome.Failed)
            head = isLost ? head with { Losses = head.Losses + 1 } : head with { Failures = head.Failures + 1 };
        var isTried = outcome == WorkOutcome.Failed && (isLost ? head.Losses < LossesPerAttempt * Options.Attempts : head.Failures < Options.Attempts);
        switch (outcome)
        {
            case WorkOutcome.Done:
                if (head.HasCheckpoint)
                    changes.Delete(WorkRows.Checkpoint(run.Row.ItemId));
                changes.Queue = changes.Queue with { Waiting = changes.Queue.Waiting - 1 };
                await LeaveAsync(head.Line, position, changes, now, cancellationToken);
                break;
            case WorkOutcome.Failed when isTried:
                MakeReady(changes, head with { Error = Shortened(report.Error) }, position, now + Delay(isLost ? head.Losses : head.Failures, report.RetryAfter));
                break;
            case WorkOutcome.HandedOn:
            case WorkOutcome.NoToken when _tokenCame > run.Since:
                MakeReady(changes, head with { Attempts = head.Attempts - 1 }, position, now);
                break;
            case WorkOutcome.NoToken or WorkOutcome.NoHandler:
                var blocked = (outcome == WorkOutcome.NoToken ? WaitingForToken : WaitingForHandler)[head.IsFirst ? 0 : 1];
                changes.Put(WorkRows.Blocked(blocked, now + BlockedAgainAfter, position), head with { Attempts = head.Attempts - 1, Error = Shortened(report.Error), Since = now });
                changes.PutOff(now + BlockedAgainAfter);
                break;
            default:
                await ParkAsync(position, run.Row, report.Error, changes, now, cancellationToken);
                break;
        }
        await NoteEndAsync(run, outcome, isTried, changes, now, cancellationToken);
    }

    private async ValueTask ParkAsync(long position, RunRow run, string? error, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var item = WorkJson.Read<WorkItem>((await self.Rows.ReadAsync(WorkRows.Item(run.Head.Line, position), cancellationToken)).GetValueOrDefault());
        changes.Put(WorkRows.Dead(run.ItemId), new DeadRow
        {
            Item = item,
            Attempts = run.Head.Attempts,
            Error = Shortened(error),
            ParkedAt = now,
            HasCheckpoint = run.Head.HasCheckpoint,
        });
        changes.Queue = changes.Queue with { Waiting = changes.Queue.Waiting - 1, Dead = changes.Queue.Dead + 1 };
        await LeaveAsync(run.Head.Line, position, changes, now, cancellationToken);
    }

    // The next of the line comes to its head, behind all that waits already.
    private async ValueTask LeaveAsync(string line, long position, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = WorkRows.Item(line, position);
        changes.Delete(name);
        if (await FirstAsync(WorkRows.Line(line), cancellationToken, name) is { } next)
            MakeReady(changes, NewHead(line, WorkJson.Read<WorkItem>(next.Value)), WorkRows.PositionIn(next.Name), now);
        else
            changes.After(() => _busyLines.Remove(line));
    }

    /// <returns>Whether there are more.</returns>
    private async ValueTask<bool> UnblockAsync(IEnumerable<string> prefixes, CancellationToken cancellationToken)
    {
        var hasMore = false;
        foreach (var prefix in prefixes)
            hasMore |= await UnblockAsync(prefix, cancellationToken);
        return hasMore;
    }

    private async ValueTask<bool> UnblockAsync(string prefix, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var page = await self.Rows.ListAsync(new(prefix, MostRows: (IActorRows.MostChanges / 2) - 1), cancellationToken);
        var changes = Change();
        var count = 0;
        foreach (var row in page.Rows)
        {
            var head = WorkJson.Read<HeadRow>(row.Value);
            if (!IsDue(row, prefix, now) && !(WaitingForToken.Contains(prefix) && head.Since <= _queue!.TokenAt))
                break;
            changes.Delete(row.Name);
            MakeReady(changes, head, WorkRows.PositionIn(row.Name), now);
            count++;
        }
        await CommitAsync(changes);
        return count == page.Rows.Count && page.HasMore;
    }

    private TimeSpan Delay(int attempts, TimeSpan? retryAfter)
    {
        var longest = Math.Min(Options.LongestRetry.Ticks, 2 * Options.FirstRetry.Ticks * Math.Pow(2, attempts - 1));
        var delay = TimeSpan.FromTicks((long)(longest * Random.Shared.NextDouble()));
        var asked = retryAfter > LongestRetryAfter ? LongestRetryAfter : retryAfter ?? TimeSpan.Zero;
        return asked > delay ? asked : delay;
    }

    private static string? Shortened(string? error) => error?.Length > LongestError ? error[..LongestError] + "…" : error;

    private async ValueTask NoteStartAsync(RunRow run, WorkChanges changes, CancellationToken cancellationToken)
    {
        if (run.Kind == WorkKind.Trigger && await self.Rows.ReadAsync(WorkRows.Trigger(run.Key), cancellationToken) is { } stored)
            changes.Put(WorkRows.Trigger(run.Key), WorkJson.Read<TriggerRow>(stored) with { LastStarted = run.StartedAt });
    }

    private async ValueTask NoteEndAsync(
        Run run, WorkOutcome outcome, bool isTriedAgain, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isOver = outcome is WorkOutcome.Done or WorkOutcome.FailedForGood || (outcome == WorkOutcome.Failed && !isTriedAgain);
        if (run.Row.Schedule is { } schedule && isOver)
            await NoteScheduleEndAsync(schedule, run.Row.ItemId, changes, cancellationToken);
        if (run.Row.Kind != WorkKind.Trigger || await self.Rows.ReadAsync(WorkRows.Trigger(run.Row.Key), cancellationToken) is not { } stored)
            return;
        var trigger = WorkJson.Read<TriggerRow>(stored);
        changes.Put(WorkRows.Trigger(run.Row.Key), trigger with
        {
            ItemId = isOver && trigger.ItemId == run.Row.ItemId ? null : trigger.ItemId,
            LastFinished = now,
            // The clock may have been set back.
            Duration = now > run.Row.StartedAt ? now - run.Row.StartedAt : TimeSpan.Zero,
            Items = run.Progress?.Items,
            Outcome = outcome switch
            {
                WorkOutcome.Done => "succeeded",
                WorkOutcome.NoToken => "waits for a token",
                WorkOutcome.NoHandler => "waits for a handler",
                WorkOutcome.HandedOn => "handed on",
                _ => isOver ? "dead letter" : "failed",
            },
        });
    }
}
