using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

public partial class SiteStateActor : IAlarmed
{
    // Long enough that most work has arrived by then, and its rows are cleared away in one commit; short enough to wait for work that has not.
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestLookAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NextPageAfter = TimeSpan.FromSeconds(1);

    // Only while there is work on its way.
    private Outbox? _outbox;

    /// <summary>Clears away the work that has arrived, and sends what has not on its way again.</summary>
    /// <param name="cancellationToken">The host is stopping.</param>
    public async Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        var outbox = _outbox ??= new(self.Key);
        // The host forgets an alarm that has rung.
        outbox.Alarm = null;
        var done = outbox.TakeDone(IActorRows.MostChanges);
        if (done.HasMore || done.IsForwarding)
        {
            await LookAgainAsync(outbox, done.HasMore ? TimeSpan.Zero : LookAfter, done.Changes);
            return;
        }

        var page = await self.Rows.ListAsync(new(OutboxRow.All, MostRows: IActorRows.MostChanges + done.Changes.Count), cancellationToken);
        var names = done.Changes.Select(change => change.Name).ToHashSet();
        var rows = page.Rows.Where(row => !names.Contains(row.Name)).ToList();
        if (rows.Count == 0 && !page.HasMore)
        {
            if (done.Changes.Count > 0)
                await self.Rows.CommitAsync(done.Changes);
            _outbox = null;
            return;
        }
        var items = Read(rows, outbox);
        await LookAgainAsync(outbox, page.HasMore && outbox.Failures == 0 ? NextPageAfter : Pause(outbox.Failures), done.Changes);
        if (outbox.HoldFirst(items, page.HasMore))
            forwarder.Start(outbox);
    }

    // One commit with the documents, and one alarm for all work of the next seconds. The queue is told after it, and nobody waits for that.
    private async Task CommitAsync(List<RowChange> rows, IReadOnlyList<WorkItem> work, long version, CancellationToken cancellationToken)
    {
        var outbox = _outbox ??= await OpenOutboxAsync(cancellationToken);
        var items = new OutboxItem[work.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new(OutboxRow.Name(version, i), work[i]);
            rows.Add(new(items[i].Row, WorkJson.Write(work[i])));
        }
        rows.InsertRange(0, outbox.TakeDone(Math.Max(0, IActorRows.MostChanges - rows.Count)).Changes);
        if (outbox.Alarm is null)
            await LookAgainAsync(outbox, outbox.HasBacklog ? TimeSpan.Zero : LookAfter, rows);
        else
            await self.Rows.CommitAsync(rows);
        if (outbox.Hold(items))
            forwarder.Start(outbox);
    }

    private async Task LookAgainAsync(Outbox outbox, TimeSpan after, IReadOnlyList<RowChange> changes)
    {
        var due = clock.GetUtcNow() + after;
        await self.Alarm.SetAsync(due, changes);
        outbox.Alarm = due;
    }

    // Nothing that is committed now may overtake what an earlier activation has left.
    private async ValueTask<Outbox> OpenOutboxAsync(CancellationToken cancellationToken)
    {
        var outbox = new Outbox(self.Key);
        if ((await self.Rows.ListAsync(new(OutboxRow.All, MostRows: 1), cancellationToken)).Rows.Count > 0)
            outbox.LeaveToAlarm();
        return outbox;
    }

    private List<OutboxItem> Read(List<ActorRow> rows, Outbox outbox)
    {
        var items = new List<OutboxItem>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                items.Add(new(row.Name, WorkJson.Read<WorkItem>(row.Value)));
            }
            catch (Exception e) when (e is JsonException or InvalidDataException)
            {
                forwarder.Unreadable(outbox, row, e);
            }
        }
        return items;
    }

    private static TimeSpan Pause(int failures)
    {
        var pause = LookAfter * (1 << Math.Min(failures, 8));
        return pause < LongestLookAfter ? pause : LongestLookAfter;
    }
}
