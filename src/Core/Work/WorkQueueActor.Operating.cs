using System.Text.Json;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    // Of so many lines the heads are looked at to find the oldest item.
    private const int MostHeads = 1_000;
    private const int MostDeadLettersAtOnce = 30;

    /// <inheritdoc/>
    public async Task<QueueDescription> DescribeAsync(QueueRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var now = clock.GetUtcNow();
        DateTimeOffset? oldest = _running.Count > 0 ? _running.Values.Min(run => run.Row.Head.AcceptedAt) : null;
        foreach (var prefix in (string[])[WorkRows.AllFirst, WorkRows.AllReady, .. WaitingForToken, .. WaitingForHandler])
            foreach (var row in (await self.Rows.ListAsync(new(prefix, MostRows: MostHeads), cancellationToken)).Rows)
                oldest = Earlier(oldest, WorkJson.Read<HeadRow>(row.Value).AcceptedAt);

        var triggers = new List<TriggerRecord>();
        await foreach (var row in self.Rows.AllAsync(WorkRows.AllTriggers, cancellationToken))
            triggers.Add(Describe(row.Name[WorkRows.AllTriggers.Length..], WorkJson.Read<TriggerRow>(row.Value), now));
        var schedules = new List<WorkSchedule>();
        await foreach (var row in self.Rows.AllAsync(WorkRows.AllSchedules, cancellationToken))
            schedules.Add(WorkJson.Read<ScheduleRow>(row.Value).Schedule);
        return new(
            _queue!.Waiting - _running.Count,
            _running.Count,
            _queue.Dead,
            oldest,
            await IsAnyAsync(WaitingForToken, cancellationToken),
            await IsAnyAsync(WaitingForHandler, cancellationToken),
            _queue.IsStopped,
            triggers,
            schedules,
            [.. _running.Values.Select(run => new RunningItem(
                run.Row.ItemId, run.Row.Kind, run.Row.Key, run.Row.Head.Attempts, run.Row.StartedAt, run.Row.Process, run.Progress))]);
    }

    /// <inheritdoc/>
    public async Task<DeadLetterPage> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var page = await self.Rows.ListAsync(
            new(WorkRows.AllDead, query.After is null ? null : WorkRows.Dead(query.After), Math.Clamp(query.Limit, 1, 1_000)), cancellationToken);
        return new(
            [.. page.Rows.Select(row => WorkJson.Read<DeadRow>(row.Value)).Select(dead => new DeadLetter(dead.Item, dead.Attempts, dead.Error, dead.ParkedAt))],
            page.Next?[WorkRows.AllDead.Length..]);
    }

    /// <inheritdoc/>
    public Task<DeadLetterAnswer> ReplayAsync(DeadLetterChoice choice, CancellationToken cancellationToken = default) => ChooseAsync(
        choice,
        async (dead, changes, now) =>
        {
            changes.Queue = changes.Queue with { Waiting = changes.Queue.Waiting + 1 };
            await EnqueueAsync(dead.Item with { IsReplayed = true }, changes, now, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DeadLetterAnswer> DiscardAsync(DeadLetterChoice choice, CancellationToken cancellationToken = default) => ChooseAsync(
        choice.ItemId is null ? throw new ArgumentException("What is thrown away is named: an item's id is missing.", nameof(choice)) : choice,
        (dead, changes, _) =>
        {
            if (dead.HasCheckpoint)
                changes.Delete(WorkRows.Checkpoint(dead.Item.ItemId));
            return ValueTask.CompletedTask;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task SwitchAsync(SwitchRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_queue!.IsStopped == request.IsStopped)
            return;
        var changes = Change();
        changes.Queue = changes.Queue with { IsStopped = request.IsStopped };
        if (!request.IsStopped)
            changes.LookAt(clock.GetUtcNow());
        changes.IsReady = !request.IsStopped;
        await CommitAsync(changes);
    }

    /// <inheritdoc/>
    public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) =>
        self.Rows.ExportAsync(query, 500, cancellationToken);

    /// <inheritdoc/>
    public async Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_queue!.ErasedAt is null || _queue.ErasedAt < request.DecidedAt)
        {
            // First of all nothing runs any more, and nothing that was issued before comes in again. Should nobody call again, the alarm goes on.
            var changes = Change();
            changes.Queue = new()
            {
                NextPosition = changes.Queue.NextPosition,
                BucketSince = clock.GetUtcNow(),
                IsStopped = changes.Queue.IsStopped,
                ErasedAt = request.DecidedAt,
                IsErasing = true,
                LookAt = changes.Queue.LookAt,
            };
            changes.After(_running.Clear);
            changes.LookAt(clock.GetUtcNow() + Safety);
            await CommitAsync(changes);
        }
        return new(!await EraseNextAsync(cancellationToken));
    }

    /// <returns>Whether there is more to erase.</returns>
    private async ValueTask<bool> EraseNextAsync(CancellationToken cancellationToken)
    {
        if (!_queue!.IsErasing)
            return false;
        var changes = Change();
        var page = await self.Rows.ListAsync(new("", MostRows: IActorRows.MostChanges), cancellationToken);
        foreach (var row in page.Rows.Where(row => row.Name != WorkRows.Queue).Take(IActorRows.MostChanges - 1))
            changes.Delete(row.Name);
        if (!page.HasMore)
            changes.Queue = changes.Queue with { IsErasing = changes.Rows.Count >= IActorRows.MostChanges - 1 };
        var isErasing = changes.Queue.IsErasing;
        await CommitAsync(changes);
        return isErasing;
    }

    // What came in now would be taken for what is to be erased.
    private void RefuseWhileErasing()
    {
        if (_queue!.IsErasing)
            throw new ForgeException(ForgeErrorCode.Unavailable, "The data of this installation is being erased. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(30) };
    }

    private void RefuseIfErased(DateTimeOffset issued)
    {
        if (issued <= _queue!.ErasedAt)
            throw new ForgeException(ForgeErrorCode.Forbidden, "The data of this installation was erased after this was sent.");
    }

    private async Task<DeadLetterAnswer> ChooseAsync(
        DeadLetterChoice choice, Func<DeadRow, WorkChanges, DateTimeOffset, ValueTask> deal, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        RefuseWhileErasing();
        var name = WorkRows.Dead(choice.ItemId ?? "");
        var page = choice.ItemId is null
            ? await self.Rows.ListAsync(
                new(WorkRows.AllDead, choice.After is null ? null : WorkRows.Dead(choice.After), MostDeadLettersAtOnce), cancellationToken)
            : new(await self.Rows.ReadAsync(name, cancellationToken) is { } row ? [new(name, row)] : [], false);
        var changes = Change();
        var count = 0;
        foreach (var stored in page.Rows)
        {
            var dead = WorkJson.Read<DeadRow>(stored.Value);
            if (dead.ParkedAt > choice.Before)
                continue;
            count++;
            changes.Delete(stored.Name);
            changes.Queue = changes.Queue with { Dead = changes.Queue.Dead - 1 };
            await deal(dead, changes, clock.GetUtcNow());
        }
        await CommitAsync(changes);
        return new(count, page.HasMore, page.Next?[WorkRows.AllDead.Length..]);
    }

    private static TriggerRecord Describe(string key, TriggerRow trigger, DateTimeOffset now)
    {
        var next = trigger.LastDelivered + trigger.Interval;
        return new(
            key, trigger.LastDelivered, trigger.LastStarted, trigger.LastFinished, trigger.Outcome, trigger.Duration, trigger.Items, next,
            next is { } expected && now > expected + trigger.Interval);
    }
}
