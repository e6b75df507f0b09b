using System.Security.Cryptography;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    private const int MostLeases = 16;

    /// <inheritdoc/>
    public async Task<LeasedWork> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        await SettleAsync(cancellationToken);
        var room = Math.Min(Math.Min(request.Most, MostLeases), Options.PerSite - _running.Count);
        if (room <= 0)
            return new([], false);

        var now = clock.GetUtcNow();
        var ready = await ListReadyAsync(room + 1, now, cancellationToken);
        var changes = Change();
        var leases = new List<WorkLease>(room);
        foreach (var row in ready.Take(room))
        {
            var head = WorkJson.Read<HeadRow>(row.Value);
            if (!IsDue(row.Name, head, now))
                break;
            var position = WorkRows.PositionIn(row.Name);
            var item = WorkJson.Read<WorkItem>((await self.Rows.ReadAsync(WorkRows.Item(head.Line, position), cancellationToken)).GetValueOrDefault());
            var run = new RunRow
            {
                Head = head with { Attempts = head.Attempts + 1 },
                ItemId = item.ItemId,
                Kind = item.Kind,
                Key = item.Key,
                Schedule = item.Schedule,
                LeaseId = RandomNumberGenerator.GetHexString(16, lowercase: true),
                Process = request.Process,
                StartedAt = now,
            };
            changes.Delete(row.Name);
            changes.Put(WorkRows.Running(position), run);
            await NoteStartAsync(run, changes, cancellationToken);
            changes.After(() => _running[position] = new(run, clock.GetTimestamp()));
            var checkpoint = head.HasCheckpoint ? await self.Rows.ReadAsync(WorkRows.Checkpoint(item.ItemId), cancellationToken) : null;
            leases.Add(new(run.LeaseId, position, run.Head.Attempts, item, checkpoint));
        }
        if (leases.Count > 0)
        {
            // Should this process end, somebody finds what it has left.
            changes.LookAt(now + Safety);
            await CommitAsync(changes);
        }
        return new(leases, ready.Count > room && WorkRows.DueIn(ready[^1].Name) <= now && _running.Count < Options.PerSite);
    }

    // First the changes in the installation's life that are due, then the rest, unless the queue is stopped.
    private async ValueTask<IReadOnlyList<ActorRow>> ListReadyAsync(int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = (await self.Rows.ListAsync(new(WorkRows.AllFirst, MostRows: most), cancellationToken)).Rows;
        if (_queue!.IsStopped || first.Count == most)
            return first;
        var rest = (await self.Rows.ListAsync(new(WorkRows.AllReady, MostRows: most - first.Count), cancellationToken)).Rows;
        return first.Count == 0 ? rest : [.. first.TakeWhile(row => IsDue(row.Name, WorkJson.Read<HeadRow>(row.Value), now)), .. rest];
    }

    /// <inheritdoc/>
    public async Task<LeaseRenewal> RenewAsync(RenewRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var lost = new List<long>();
        foreach (var lease in request.Leases)
        {
            if (Held(lease) is not { } run)
            {
                lost.Add(lease.Position);
                continue;
            }
            run.RenewedAt = clock.GetTimestamp();
            run.Progress = lease.Progress ?? run.Progress;
        }
        return new(lost);
    }

    /// <inheritdoc/>
    public async Task<ReportAnswer> SaveCheckpointAsync(CheckpointRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (Held(request.Lease) is not { } run)
            return new(false);
        var changes = Change();
        changes.PutRaw(WorkRows.Checkpoint(run.Row.ItemId), request.Utf8Json);
        if (!run.Row.Head.HasCheckpoint)
        {
            var row = run.Row with { Head = run.Row.Head with { HasCheckpoint = true } };
            changes.Put(WorkRows.Running(request.Lease.Position), row);
            changes.After(() => run.Row = row);
        }
        await CommitAsync(changes);
        (run.RenewedAt, run.Progress) = (clock.GetTimestamp(), request.Lease.Progress ?? run.Progress);
        return new(true);
    }

    private Run? Held(LeaseName lease) => _running.TryGetValue(lease.Position, out var run) && run.Row.LeaseId == lease.LeaseId ? run : null;

    // What waits since a time that is still to come was put off by a clock that has been set back since.
    private static bool IsDue(string ready, HeadRow head, DateTimeOffset now) => WorkRows.DueIn(ready) <= now || head.Since > now + TimeSpan.FromMinutes(1);

    /// <summary>Takes back what is run by nobody any more, and moves up what has become due.</summary>
    /// <returns>Whether there is more to do than one turn does.</returns>
    private async ValueTask<bool> SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var (position, run) in _running.Where(run => IsLost(run.Value)).ToList())
        {
            var changes = Change();
            await EndAsync(position, run, new(new(position, run.Row.LeaseId), WorkOutcome.Failed, "The process that ran it ended, or did not say for too long that it still does."), changes, cancellationToken);
            await CommitAsync(changes);
        }
        return await MoveUpAsync(cancellationToken) | await StartSchedulesAsync(cancellationToken);
    }

    private bool IsLost(Run run) => clock.GetElapsedTime(run.RenewedAt) > Options.Lease || processes.IsGone(run.Row.Process);

    private async ValueTask<bool> MoveUpAsync(CancellationToken cancellationToken)
    {
        if (_queue!.IsStopped)
            return false;
        var now = clock.GetUtcNow();
        var page = await self.Rows.ListAsync(new(WorkRows.AllLater, MostRows: WorkBatch.MostItems), cancellationToken);
        var changes = Change();
        var moved = 0;
        foreach (var row in page.Rows.TakeWhile(row => WorkRows.DueIn(row.Name) <= now))
        {
            changes.Delete(row.Name);
            await EnqueueAsync(WorkJson.Read<WorkItem>(row.Value), changes, now, cancellationToken);
            moved++;
        }
        await CommitAsync(changes);
        return moved == page.Rows.Count && page.HasMore;
    }
}
