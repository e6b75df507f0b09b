using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    /// <inheritdoc/>
    public async Task<Acceptance> AcceptAsync(WorkBatch batch, CancellationToken cancellationToken = default)
    {
        if (batch.Items.Count > WorkBatch.MostItems)
            throw new ArgumentException($"A batch has at most {WorkBatch.MostItems} items; this one has {batch.Items.Count}.", nameof(batch));
        await LoadAsync(cancellationToken);
        RefuseWhileErasing();
        var changes = Change();
        var answers = new AcceptedItem[batch.Items.Count];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = await AcceptAsync(batch.Items[i], changes, cancellationToken);
        // The life of an installation goes on however much waits: there is little of it, and nobody tells of it twice.
        if (changes.Queue.Waiting > Options.MostWaiting && changes.Queue.Waiting > _queue!.Waiting && !batch.Items.All(IsFirst))
            throw new ForgeException(
                ForgeErrorCode.Unavailable,
                $"This site has {_queue.Waiting:N0} items waiting and may have {Options.MostWaiting:N0} (Forge:Work:MostWaiting). Try again later.")
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            };
        await CommitAsync(changes);
        return new(answers, _queue!.IsStopped);
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
        if (changes.Lines.Add(line) && (item.OrderingKey is null || await IsEmptyAsync(line, cancellationToken)))
            MakeReady(changes, NewHead(line, item), position, now);
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

    private async ValueTask<bool> IsEmptyAsync(string line, CancellationToken cancellationToken) =>
        _queue!.Waiting == 0 || await FirstAsync(WorkRows.Line(line), cancellationToken) is null;

    private static long NextPosition(WorkChanges changes)
    {
        var position = changes.Queue.NextPosition + 1;
        changes.Queue = changes.Queue with { NextPosition = position };
        return position;
    }
}
