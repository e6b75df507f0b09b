using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    // The platform repeats within 5 minutes; whoever doubles deliveries rarely waits longer than a day.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(24);

    // A full bucket is followed by the next, and the one before it is kept: so many keys are remembered at least, and twice as many at the most.
    private const int MostRemembered = 50_000;

    // A repetition may overtake the delivery that it repeats, but not by more than the platform goes on repeating. What comes later happened later.
    private static readonly TimeSpan OvertakenFor = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(4);

    /// <returns>The item that this one is a duplicate of; its own id when it was accepted before by a call whose answer was lost; null when it is new.</returns>
    private async ValueTask<string?> NoteSeenAsync(WorkItem item, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // An item without a key of its own is still told from its own repetition.
        var key = item.DeduplicationKey is { } given ? $"key/{given}" : $"item/{item.ItemId}";
        var queue = changes.Queue;
        if (await FindSeenAsync(queue, key, now, cancellationToken) is { } seen && IsSame(item, seen, now))
            return seen.ItemId;

        if (queue.BucketCount >= MostRemembered || now - queue.BucketSince >= RememberedFor)
            queue = queue with { Bucket = queue.Bucket + 1, BucketSince = now, BucketCount = 0, HasOlderBuckets = true };
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
        || (seen.WasRepetition && now - seen.At < OvertakenFor)
        || item.Origin is { IsRepetition: true }
        || (item.Origin?.TokenId is { } token && token == seen.TokenId);

    private async ValueTask<SeenRow?> FindSeenAsync(QueueRow queue, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var bucket = queue.Bucket; bucket >= 0 && bucket >= queue.Bucket - 1; bucket--)
        {
            if (bucket == queue.Bucket && queue.BucketCount == 0)
                continue;
            if (await self.Rows.ReadAsync(WorkRows.Seen(bucket, key), cancellationToken) is { } row
                && WorkJson.Read<SeenRow>(row) is var seen && now - seen.At < RememberedFor)
                return seen;
        }
        return null;
    }

    private async Task ForgetSeenAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var queue = _queue!;
        if ((queue.BucketCount > 0 || queue.HasOlderBuckets) && now - queue.BucketSince >= RememberedFor)
            queue = queue with { Bucket = queue.Bucket + 1, BucketSince = now, BucketCount = 0, HasOlderBuckets = true };
        if (!queue.HasOlderBuckets)
            return;
        var current = $"{WorkRows.AllSeen}{queue.Bucket:x8}";
        var previous = $"{WorkRows.AllSeen}{queue.Bucket - 1:x8}";
        // Those of the bucket before are forgotten when the current one has lasted for as long as they are remembered.
        var page = await self.Rows.ListAsync(new(WorkRows.AllSeen, MostRows: IActorRows.MostChanges - 2), cancellationToken);
        var old = page.Rows.TakeWhile(row => !row.Name.StartsWith(current, StringComparison.Ordinal) && !row.Name.StartsWith(previous, StringComparison.Ordinal)).ToList();
        var hasPrevious = page.Rows.Count > old.Count && page.Rows[old.Count].Name.StartsWith(previous, StringComparison.Ordinal);
        var changes = Change();
        changes.Queue = queue with { HasOlderBuckets = old.Count > 0 || hasPrevious };
        foreach (var row in old)
            changes.Delete(row.Name);
        if (old.Count == page.Rows.Count && page.HasMore)
            changes.LookAt(now);
        if (changes.Queue != _queue)
            await CommitAsync(changes);
    }

    /// <returns>The item that this delivery is merged with, or null when it starts a run of its own.</returns>
    private async ValueTask<string?> NoteTriggerAsync(WorkItem item, WorkChanges changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var name = WorkRows.Trigger(item.Key);
        var trigger = await self.Rows.ReadAsync(name, cancellationToken) is { } stored ? WorkJson.Read<TriggerRow>(stored) : null;
        if (trigger is not null && (trigger.ItemId is not null || now - trigger.LastAccepted < (item.Interval ?? trigger.Interval ?? ShortestInterval) / 2))
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
