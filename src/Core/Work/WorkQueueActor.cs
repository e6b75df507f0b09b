using ForgeOrleans.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Work;

/// <summary>
/// Keeps work in rows, and in memory only its counters and its leases. What it does never costs more because more is waiting.
/// </summary>
/// <remarks>
/// <code>
/// accepted ─→ in its line ─→ head of the line: ready ─→ running ─→ done
///                                  ↑   └ blocked ┘         ├→ ready again, later
///                                  └───────────────────────┴→ dead letter
/// </code>
/// A stopped queue runs nothing but changes in the installation's life. A lease lives by the time that passes, not by the time of day: a clock that jumps ends none. Its rows outlive the activation; the next one gives every
/// lease it finds its full time again, unless the process that holds it is certainly gone.
/// </remarks>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="runner">Is told when there is something to run.</param>
/// <param name="processes">Knows which processes are gone.</param>
/// <param name="options">How often and how soon work is tried again.</param>
/// <param name="clock">Tells what is due.</param>
public partial class WorkQueueActor(
    ActorContext self, WorkRunner runner, IProcesses processes, IOptions<WorkOptions> options, TimeProvider clock) : IWorkQueue, IAlarmed
{
    // While there is something to do the alarm is near, for the case that this process ends: so late is due work then at the most.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(10);

    // In a process that runs nothing any more it is nearer: the next one shall go on at once.
    private static readonly TimeSpan SafetyAtTheEnd = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BlockedAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<long, Run> _running = [];
    private QueueRow? _queue;

    // What the alarm is set to, and is certain to ring at.
    private DateTimeOffset? _alarm;

    // An alarm rings, or should have rung, and not all that it is for has been done: somebody has to look by then, whatever is set meanwhile.
    private DateTimeOffset? _overdue;

    private WorkOptions Options => options.Value;

    /// <summary>Does what is due, and looks whether all that was leased is still being run.</summary>
    /// <param name="cancellationToken">The host is stopping.</param>
    public async Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        // The host forgets an alarm that has rung.
        (_alarm, _overdue) = (null, clock.GetUtcNow() + Safety);
        await TakeBackAsync(cancellationToken);
        var hasMore = await EraseNextAsync(cancellationToken)
            | await MoveUpAsync(cancellationToken)
            | await StartSchedulesAsync(cancellationToken)
            | await UnblockAsync(Blocked, cancellationToken)
            | await ForgetSeenAsync(cancellationToken);
        var next = hasMore ? clock.GetUtcNow() : await NextDueAsync(cancellationToken);
        if (next is null ? _queue!.LookAt is not null : !(_alarm <= next))
        {
            _overdue = next;
            var changes = Change();
            changes.Queue = changes.Queue with { LookAt = null };
            await CommitAsync(changes);
        }
        _overdue = null;
        if (await IsReadyAsync(cancellationToken))
            runner.Offer(self.Key);
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_queue is not null)
            return;
        var now = clock.GetUtcNow();
        var queue = await self.Rows.ReadAsync(WorkRows.Queue, cancellationToken) is { } stored
            ? WorkJson.Read<QueueRow>(stored)
            : new QueueRow { BucketSince = now };
        _running.Clear();
        if (queue.Running > 0)
            await foreach (var row in self.Rows.AllAsync(WorkRows.AllRunning, cancellationToken))
                _running[WorkRows.PositionIn(row.Name)] = new(WorkJson.Read<RunRow>(row.Value), clock.GetTimestamp());
        // One that should have rung by now is on its way; or it failed, and rings again in a while.
        (_alarm, _overdue) = queue.LookAt > now ? (queue.LookAt, (DateTimeOffset?)null) : (null, queue.LookAt);
        _queue = queue;
    }

    /// <summary>Commits. The alarm goes with the changes, so that what is accepted is also looked at.</summary>
    /// <returns>False when the changes rest on a belief that is wrong, or cannot rest on any: then nothing was changed.</returns>
    private async Task<bool> CommitAsync(WorkChanges changes)
    {
        if (changes.IsEmpty)
            return true;
        var due = Earlier(changes.Due, _overdue);
        var isSooner = due is not null && !(_alarm <= due);
        if (isSooner && changes.Believes)
            return false;
        if (isSooner)
            changes.Queue = changes.Queue with { LookAt = due };
        changes.Put(WorkRows.Queue, changes.Queue);
        if (isSooner)
        {
            await self.Alarm.SetAsync(due!.Value, changes.Rows);
            (_alarm, _overdue) = (due, null);
        }
        else if (!await self.Rows.CommitIfAsync(changes.Beliefs, changes.Rows))
        {
            return false;
        }
        _queue = changes.Queue;
        foreach (var then in changes.Then)
            then();
        if (_queue.IsErasing)
            return true;
        if (changes.IsReady)
            runner.Offer(self.Key);
        if (changes.PutOffUntil is { } until)
            runner.Expect(self.Key, until - clock.GetUtcNow());
        return true;
    }

    private WorkChanges Change() => new(_queue!);

    // When somebody has to look again.
    private async ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var safely = now + (runner.IsOpen ? Safety : SafetyAtTheEnd);
        DateTimeOffset? due = _running.Count > 0 ? safely : null;
        foreach (var prefix in Runnable)
            if (await FirstAsync(prefix, cancellationToken) is { } ready)
                due = Earlier(due, IsDue(ready, prefix, now) ? safely : WorkRows.DueIn(ready.Name, prefix));
        foreach (var prefix in _queue!.RunsNothing ? Blocked : [WorkRows.AllLater, WorkRows.AllScheduled, .. Blocked])
            if (await FirstAsync(prefix, cancellationToken) is { } first)
                due = Earlier(due, WorkRows.DueIn(first.Name, prefix));
        return _queue.BucketCount > 0 || _queue.OldestBucket < _queue.Bucket ? Earlier(due, _queue.BucketSince + RememberedFor) : due;
    }

    // Of a stopped queue only changes in the installation's life are run, of one that is erased nothing.
    private string[] Runnable => _queue! switch
    {
        { IsErasing: true } => [],
        { IsStopped: true } => [WorkRows.AllFirst],
        _ => [WorkRows.AllFirst, WorkRows.AllReady],
    };

    // What of that waits for a token or a handler: it is looked at again after a while.
    private string[] Blocked => _queue! switch
    {
        { IsErasing: true } => [],
        { IsStopped: true } => [WorkRows.FirstBlockedByToken, WorkRows.FirstBlockedByHandler],
        _ => [WorkRows.FirstBlockedByToken, WorkRows.FirstBlockedByHandler, WorkRows.BlockedByToken, WorkRows.BlockedByHandler],
    };

    private async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        foreach (var prefix in Runnable)
            if (await FirstAsync(prefix, cancellationToken) is { } ready && IsDue(ready, prefix, clock.GetUtcNow()))
                return true;
        return false;
    }

    // What waits since a time that is still to come was put off by a clock that has been set back since.
    private static bool IsDue(ActorRow head, string prefix, DateTimeOffset now) =>
        WorkRows.DueIn(head.Name, prefix) <= now || WorkJson.Read<HeadRow>(head.Value).Since > now + PutOffSites.SetBack;

    private async ValueTask<bool> IsAnyAsync(string[] prefixes, CancellationToken cancellationToken)
    {
        foreach (var prefix in prefixes)
            if (await FirstAsync(prefix, cancellationToken) is not null)
                return true;
        return false;
    }

    private async ValueTask<ActorRow?> FirstAsync(string prefix, CancellationToken cancellationToken, string? after = null) =>
        await self.Rows.ListAsync(new(prefix, after, 1), cancellationToken) is { Rows: [var first, ..] } ? first : null;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    /// <summary>A lease, and when it was given and last renewed.</summary>
    private sealed class Run(RunRow row, long now)
    {
        public RunRow Row { get; set; } = row;

        public long Since { get; } = now;

        public long RenewedAt { get; set; } = now;

        public WorkProgress? Progress { get; set; }
    }
}
