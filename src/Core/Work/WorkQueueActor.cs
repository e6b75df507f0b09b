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
    private static readonly TimeSpan BlockedAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<long, Run> _running = [];
    private QueueRow? _queue;

    // What the alarm was set to by this activation, and is certain to ring at.
    private DateTimeOffset? _alarm;

    // The earliest time that something is due at, as it was when this activation read its rows.
    private DateTimeOffset? _dueAtLoad;

    private WorkOptions Options => options.Value;

    /// <summary>Does what is due, and looks whether all that was leased is still being run.</summary>
    /// <param name="cancellationToken">The host is stopping.</param>
    public async Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        // The host forgets an alarm that has rung.
        _alarm = null;
        await LoadAsync(cancellationToken);
        _dueAtLoad = null;
        var hasMore = await SettleAsync(cancellationToken);
        await UnblockAsync(cancellationToken);
        await ForgetSeenAsync(cancellationToken);
        var next = hasMore ? clock.GetUtcNow() : await NextDueAsync(cancellationToken);
        if (next is { } due && (_alarm is null || _alarm > due))
        {
            await self.Alarm.SetAsync(due);
            _alarm = due;
        }
        if (await IsReadyAsync(cancellationToken))
            runner.Offer(self.Key);
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_queue is not null)
            return;
        var queue = await self.Rows.ReadAsync(WorkRows.Queue, cancellationToken) is { } stored
            ? WorkJson.Read<QueueRow>(stored)
            : new QueueRow { BucketSince = clock.GetUtcNow() };
        if (queue.NextPosition > 0)
        {
            _running.Clear();
            await foreach (var row in self.Rows.AllAsync(WorkRows.AllRunning, cancellationToken))
                _running[WorkRows.PositionIn(row.Name)] = new(WorkJson.Read<RunRow>(row.Value), clock.GetTimestamp());
            _queue = queue;
            _dueAtLoad = await NextDueAsync(cancellationToken);
        }
        _queue = queue;
    }

    // The alarm goes with the changes, so that what is accepted is also looked at.
    private async Task CommitAsync(WorkChanges changes)
    {
        if (changes.IsEmpty)
            return;
        changes.Put(WorkRows.Queue, changes.Queue);
        var due = Earlier(changes.Due, _dueAtLoad);
        if (due is { } at && (_alarm is null || _alarm > at))
        {
            await self.Alarm.SetAsync(at, changes.Rows);
            (_alarm, _dueAtLoad) = (at, null);
        }
        else
        {
            await self.Rows.CommitAsync(changes.Rows);
        }
        _queue = changes.Queue;
        foreach (var then in changes.Then)
            then();
        if (changes.IsReady)
            runner.Offer(self.Key);
    }

    private WorkChanges Change() => new(_queue!);

    // When somebody has to look again.
    private async ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? due = _running.Count > 0 ? now + Safety : null;
        foreach (var prefix in Runnable)
            if (await FirstAsync(prefix, cancellationToken) is { } ready)
                due = Earlier(due, WorkRows.DueIn(ready.Name) is var time && time > now ? time : now + Safety);
        if (!_queue!.IsStopped)
        {
            if (await FirstAsync(WorkRows.AllLater, cancellationToken) is { } later)
                due = Earlier(due, WorkRows.DueIn(later.Name));
            if (await FirstAsync(WorkRows.AllScheduled, cancellationToken) is { } scheduled)
                due = Earlier(due, WorkRows.DueIn(scheduled.Name));
            if (await FirstAsync(WorkRows.AllBlocked, cancellationToken) is not null)
                due = Earlier(due, now + BlockedAgainAfter);
        }
        if (_queue.HasOlderBuckets || _queue.BucketCount > 0)
            due = Earlier(due, _queue.BucketSince + RememberedFor > now ? _queue.BucketSince + RememberedFor : now + RememberedFor);
        return due;
    }

    private string[] Runnable => _queue!.IsStopped ? [WorkRows.AllFirst] : [WorkRows.AllFirst, WorkRows.AllReady];

    private async ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        foreach (var prefix in Runnable)
            if (await FirstAsync(prefix, cancellationToken) is { } ready && WorkRows.DueIn(ready.Name) <= clock.GetUtcNow())
                return true;
        return false;
    }

    private async ValueTask<ActorRow?> FirstAsync(string prefix, CancellationToken cancellationToken, string? after = null) =>
        await self.Rows.ListAsync(new(prefix, after, 1), cancellationToken) is { Rows: [var first, ..] } ? first : null;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    /// <summary>A lease, and when it was last renewed.</summary>
    private sealed class Run(RunRow row, long renewedAt)
    {
        public RunRow Row { get; set; } = row;

        public long RenewedAt { get; set; } = renewedAt;

        public WorkProgress? Progress { get; set; }
    }
}
