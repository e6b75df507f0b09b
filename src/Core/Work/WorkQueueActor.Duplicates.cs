using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    // The platform repeats within 5 minutes; whoever doubles deliveries rarely waits longer than a day.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(24);

    // A full bucket is followed by the next, and the one before it is kept: so many keys are remembered at least, and twice as many at the most.
    private const int MostRemembered = 50_000;

    // A repetition comes before or after the delivery that it repeats, but not by more than the platform goes on repeating. What comes later happened later,
    // though it be marked: its own first delivery failed.
    private static readonly TimeSpan OvertakenFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(4);

    /// <returns>The item that this one is a duplicate of; its own id when it was accepted before by a call whose answer was lost; null when it is new.</returns>
    private async ValueTask<string?> NoteSeenAsync(WorkItem item, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // An item without a key of its own is still told from its own repetition.
        var key = item.DeduplicationKey is { } given ? $"key/{given}" : $"item/{item.ItemId}";
        var queue = changes.Queue;
        if (await FindSeenAsync(changes, key, now, cancellationToken) is { } seen && IsSame(item, seen, now))
            return seen.ItemId;

        if (queue.BucketCount >= MostRemembered || now - queue.BucketSince >= RememberedFor)
            queue = queue with { Bucket = queue.BucketCount > 0 ? queue.Bucket + 1 : queue.Bucket, BucketSince = now, BucketCount = 0 };
        changes.Queue = queue with { BucketCount = queue.BucketCount + 1 };
        changes.LookAt(changes.Queue.BucketSince + RememberedFor);
        changes.Put(WorkRows.Seen(queue.Bucket, key), new SeenRow
        {
            ItemId = item.ItemId,
            At = now,
            TokenId = item.Origin?.TokenId,
            WasRepetition = item.Origin?.IsRepetition is true,
        });
        return null;
    }

    private static bool IsSame(WorkItem item, SeenRow seen, DateTimeOffset now) =>
        seen.ItemId == item.ItemId
        || item.Deduplication == Deduplication.Always
        || ((seen.WasRepetition || item.Origin is { IsRepetition: true }) && now - seen.At < OvertakenFor)
        || (item.Origin?.TokenId is { } token && token == seen.TokenId);

    private async ValueTask<SeenRow?> FindSeenAsync(WorkChanges changes, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var queue = changes.Queue;
        for (var bucket = queue.Bucket; bucket >= queue.OldestBucket && bucket >= queue.Bucket - 1; bucket--)
        {
            if (bucket == queue.Bucket && queue.BucketCount == 0)
                continue;
            if (await changes.ReadAsync(self.Rows, WorkRows.Seen(bucket, key), cancellationToken, isRare: true) is { } row
                && WorkJson.Read<SeenRow>(row) is var seen && now - seen.At < RememberedFor)
                return seen;
        }
        return null;
    }

    /// <returns>Whether there is more to forget.</returns>
    private async ValueTask<bool> ForgetSeenAsync(CancellationToken cancellationToken)
    {
        var (now, changes) = (clock.GetUtcNow(), Change());
        var queue = changes.Queue;
        var isOver = now - queue.BucketSince >= RememberedFor;
        // The bucket before the current one has keys that are younger than a day, until the current one has lasted for so long.
        var keptFrom = isOver ? queue.Bucket : queue.Bucket - 1;
        if (isOver && queue.BucketCount > 0)
            queue = queue with { Bucket = queue.Bucket + 1, BucketSince = now, BucketCount = 0 };
        var hasMore = false;
        if (queue.OldestBucket < keptFrom)
        {
            var page = await self.Rows.ListAsync(new(WorkRows.SeenIn(queue.OldestBucket), MostRows: IActorRows.MostChanges - 1), cancellationToken);
            foreach (var row in page.Rows)
                changes.Delete(row.Name);
            if (!page.HasMore)
                queue = queue with { OldestBucket = queue.OldestBucket + 1 };
            hasMore = queue.OldestBucket < keptFrom;
        }
        if (queue != changes.Queue)
            changes.Queue = queue;
        await CommitAsync(changes);
        return hasMore;
    }

    /// <returns>The item that this delivery is merged with, or null when it starts a run of its own.</returns>
    private async ValueTask<string?> NoteTriggerAsync(WorkItem item, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = WorkRows.Trigger(item.Key);
        var trigger = await changes.ReadAsync(self.Rows, name, cancellationToken) is { } stored ? WorkJson.Read<TriggerRow>(stored) : null;
        if (trigger is not null && (trigger.ItemId is not null || (now - trigger.LastAccepted).Duration() < (item.Interval ?? trigger.Interval ?? ShortestInterval) / 2))
        {
            // It says all the same that the site is still there.
            if (trigger.ItemId != item.ItemId)
                changes.Put(name, trigger with { LastDelivered = now, Interval = item.Interval ?? trigger.Interval });
            return trigger.ItemId ?? trigger.LastItemId;
        }
        changes.Put(name, (trigger ?? new()) with { ItemId = item.ItemId, LastItemId = item.ItemId, LastAccepted = now, LastDelivered = now, Interval = item.Interval ?? trigger?.Interval });
        return null;
    }
}
