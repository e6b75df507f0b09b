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
        await TakeBackAsync(cancellationToken);
        var room = Math.Min(Math.Min(request.Most, MostLeases), Options.PerSite - _running.Count);
        if (_queue!.IsErasing)
            return new([], false);
        if (room <= 0)
            return new([], await IsReadyAsync(cancellationToken));

        var now = clock.GetUtcNow();
        var ready = await ListReadyAsync(room + 1, now, cancellationToken);
        var changes = Change();
        var leases = new List<WorkLease>(room);
        foreach (var row in ready.Take(room))
        {
            var head = WorkJson.Read<HeadRow>(row.Value);
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
            changes.Queue = changes.Queue with { Running = changes.Queue.Running + leases.Count };
            await CommitAsync(changes);
        }
        return new(leases, ready.Count > room);
    }

    // What is due: first the changes in the installation's life, then the rest, unless the queue is stopped.
    private async ValueTask<IReadOnlyList<ActorRow>> ListReadyAsync(int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ready = new List<ActorRow>(most);
        foreach (var prefix in Runnable)
            if (ready.Count < most)
                ready.AddRange((await self.Rows.ListAsync(new(prefix, MostRows: most - ready.Count), cancellationToken)).Rows.Where(row => IsDue(row, prefix, now)));
        return ready;
    }

    /// <inheritdoc/>
    public async Task<LeaseRenewal> RenewAsync(RenewRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var lost = new List<long>();
        foreach (var lease in request.Leases)
        {
            // Nothing is stored here, so an activation that was overtaken unknown to it could keep a lease that another has given away since.
            if (Held(lease) is not { } run || IsExpired(run))
            {
                lost.Add(lease.Position);
                continue;
            }
            run.Progress = lease.Progress ?? run.Progress;
            if (_queue!.IsStopped && !run.Row.Head.IsFirst)
            {
                // Its handler is told to end, as the app is not there any more; should it come again, that was no attempt.
                var handedOn = Change();
                await EndAsync(lease.Position, run, new(lease, WorkOutcome.HandedOn), handedOn, cancellationToken);
                await CommitAsync(handedOn);
                lost.Add(lease.Position);
                continue;
            }
            run.RenewedAt = clock.GetTimestamp();
        }
        // A clock that was set back leaves the alarm far ahead.
        if (_running.Count > 0 && !(_alarm <= clock.GetUtcNow() + PutOffSites.SetBack))
        {
            var changes = Change();
            changes.Queue = changes.Queue with { LookAt = null };
            changes.LookAt(clock.GetUtcNow() + Safety);
            await CommitAsync(changes);
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
        var name = WorkRows.Checkpoint(run.Row.ItemId);
        changes.PutRaw(name, request.Utf8Json);
        if (!run.Row.HasGotOn && !(await self.Rows.ReadAsync(name, cancellationToken) is { } found && found.Span.SequenceEqual(request.Utf8Json.Span)))
        {
            var row = run.Row with { Head = run.Row.Head with { HasCheckpoint = true }, HasGotOn = true };
            changes.Put(WorkRows.Running(request.Lease.Position), row);
            changes.After(() => run.Row = row);
        }
        await CommitAsync(changes);
        (run.RenewedAt, run.Progress) = (clock.GetTimestamp(), request.Lease.Progress ?? run.Progress);
        return new(true);
    }

    private Run? Held(LeaseName lease) => _running.TryGetValue(lease.Position, out var run) && run.Row.LeaseId == lease.LeaseId ? run : null;

    // Takes back what is run by nobody any more.
    private async ValueTask TakeBackAsync(CancellationToken cancellationToken)
    {
        foreach (var (position, run) in _running.Where(run => IsLost(run.Value)).ToList())
        {
            var changes = Change();
            await EndAsync(position, run, new(new(position, run.Row.LeaseId), WorkOutcome.Failed, "The process that ran it ended, or did not say for too long that it still does."), changes, cancellationToken, isLost: true);
            await CommitAsync(changes);
        }
    }

    private bool IsLost(Run run) => IsExpired(run) || processes.IsGone(run.Row.Process);

    private bool IsExpired(Run run) => clock.GetElapsedTime(run.RenewedAt) > Options.Lease;

    private async ValueTask<bool> MoveUpAsync(CancellationToken cancellationToken)
    {
        if (_queue!.RunsNothing)
            return false;
        var now = clock.GetUtcNow();
        var page = await self.Rows.ListAsync(new(WorkRows.AllLater, MostRows: WorkBatch.MostItems), cancellationToken);
        var changes = Change();
        var moved = 0;
        foreach (var row in page.Rows.TakeWhile(row => WorkRows.DueIn(row.Name, WorkRows.AllLater) <= now))
        {
            changes.Delete(row.Name);
            await EnqueueAsync(WorkJson.Read<WorkItem>(row.Value), changes, now, cancellationToken);
            moved++;
        }
        await CommitAsync(changes);
        return moved == page.Rows.Count && page.HasMore;
    }
}
