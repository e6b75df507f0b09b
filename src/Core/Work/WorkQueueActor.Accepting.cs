using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    private const int MostBusyLines = 32;

    // Lines that have items, as far as is remembered: a hint, nothing more. The storage has the last word.
    private readonly HashSet<string> _busyLines = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<Acceptance> AcceptAsync(WorkBatch batch, CancellationToken cancellationToken = default)
    {
        if (batch.Items.Count > WorkBatch.MostItems)
            throw new ArgumentException($"A batch has at most {WorkBatch.MostItems} items; this one has {batch.Items.Count}.", nameof(batch));
        await LoadAsync(cancellationToken);
        RefuseWhileErasing();
        // Where items come one after the other nearly all are new, and it is known which lines have any: that is believed, and the storage looks while it commits.
        // A site that was idle has to set its alarm, which rests on no belief.
        var isBusy = _alarm <= clock.GetUtcNow() + Safety;
        return (isBusy ? await AcceptAsync(batch, new WorkChanges(_queue!) { Believes = true }, cancellationToken) : null)
            ?? (await AcceptAsync(batch, Change(), cancellationToken))!;
    }

    /// <returns>Null when the changes rest on a belief that is wrong.</returns>
    private async ValueTask<Acceptance?> AcceptAsync(WorkBatch batch, WorkChanges changes, CancellationToken cancellationToken)
    {
        var answers = new AcceptedItem[batch.Items.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = await AcceptAsync(batch.Items[i], changes, cancellationToken);
        // The life of an installation goes on however much waits: there is little of it, and nobody tells of it twice.
        if (changes.Queue.Waiting > Options.MostWaiting && changes.Queue.Waiting > _queue!.Waiting && !batch.Items.All(IsFirst))
            // Of duplicates there is never too much; whether they are some, no belief tells.
            return changes.Believes
                ? null
                : throw new ForgeException(
                    ForgeErrorCode.Unavailable,
                    $"This site has {_queue.Waiting:N0} items waiting and may have {Options.MostWaiting:N0} (Forge:Work:MostWaiting). Try again later.")
                {
                    RetryAfter = TimeSpan.FromMinutes(1),
                };
        return await CommitAsync(changes) ? new(answers, _queue!.IsStopped) : null;
    }

    private async ValueTask<AcceptedItem> AcceptAsync(WorkItem item, WorkChanges changes, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        item = item.AcceptedAt == default ? item with { AcceptedAt = now } : item;
        RefuseIfErased(item.Origin?.IssuedAt ?? item.AcceptedAt);
        var known = item.Deduplication == Deduplication.WithinInterval
            ? await NoteTriggerAsync(item, changes, now, cancellationToken)
            : await NoteSeenAsync(item, changes, now, cancellationToken);
        if (known is not null)
            return new(known, known != item.ItemId);

        changes.Queue = changes.Queue with { Waiting = changes.Queue.Waiting + 1 };
        if (item.NotBefore is { } time && time > now)
        {
            changes.Put(WorkRows.Later(time, NextPosition(changes)), item);
            changes.LookAt(time);
        }
        else
        {
            await EnqueueAsync(item, changes, now, cancellationToken);
        }
        return new(item.ItemId, false);
    }

    // At the end of its line; at the head of it, it may run.
    private async ValueTask EnqueueAsync(WorkItem item, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var line = WorkRows.LineOf(item);
        var position = NextPosition(changes);
        changes.Put(WorkRows.Item(line, position), item);
        if (changes.Lines.Add(line) && (item.OrderingKey is null || await IsEmptyAsync(line, changes, cancellationToken)))
            MakeReady(changes, NewHead(line, item), position, now);
        if (item.OrderingKey is not null)
            changes.After(() => Remember(line));
    }

    // Of one that is replayed an earlier attempt may have saved a checkpoint.
    private static HeadRow NewHead(string line, WorkItem item) => new() { Line = line, AcceptedAt = item.AcceptedAt, HasCheckpoint = item.IsReplayed, IsFirst = IsFirst(item) };

    private void MakeReady(WorkChanges changes, HeadRow head, long position, DateTimeOffset due)
    {
        var now = clock.GetUtcNow();
        changes.Put(head.IsFirst ? WorkRows.First(due, position) : WorkRows.Ready(due, position), head with { Since = now });
        if (due > now)
        {
            changes.PutOff(due);
            return;
        }
        changes.IsReady = true;
        changes.LookAt(now + (runner.IsOpen ? Safety : SafetyAtTheEnd));
    }

    // Who has uninstalled the app is still told so: nothing else of a stopped queue runs.
    private static bool IsFirst(WorkItem item) => item.Kind == WorkKind.Lifecycle;

    private async ValueTask<bool> IsEmptyAsync(string line, WorkChanges changes, CancellationToken cancellationToken)
    {
        if (_queue!.Waiting == 0)
            return true;
        if (!changes.Believes)
            return await FirstAsync(WorkRows.Line(line), cancellationToken) is null;
        var isBusy = _busyLines.Contains(line);
        changes.Believe(WorkRows.Line(line), areThere: isBusy);
        return !isBusy;
    }

    private void Remember(string busyLine)
    {
        if (_busyLines.Count == MostBusyLines)
            _busyLines.Clear();
        _busyLines.Add(busyLine);
    }

    private static long NextPosition(WorkChanges changes)
    {
        var position = changes.Queue.NextPosition + 1;
        changes.Queue = changes.Queue with { NextPosition = position };
        return position;
    }
}
