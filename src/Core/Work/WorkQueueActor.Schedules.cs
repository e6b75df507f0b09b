using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

public partial class WorkQueueActor
{
    /// <inheritdoc/>
    public async Task<ScheduleAnswer> SetScheduleAsync(WorkSchedule schedule, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        RefuseWhileErasing();
        if (schedule.IssuedAt is { } issued)
            RefuseIfErased(issued);
        var now = clock.GetUtcNow();
        var name = WorkRows.Schedule(schedule.Name);
        var changes = Change();
        var before = await self.Rows.ReadAsync(name, cancellationToken) is { } stored ? WorkJson.Read<ScheduleRow>(stored) : null;
        if (before is null && await self.Rows.CountAsync(WorkRows.AllSchedules, cancellationToken) >= Options.MostSchedules)
            throw new ForgeException(ForgeErrorCode.Conflict, $"This site has {Options.MostSchedules} schedules, and no more are allowed (Forge:Work:MostSchedules).");
        if (before?.Schedule.Next is { } old)
            changes.Delete(WorkRows.Scheduled(old, schedule.Name));
        // The same schedule set again, as at every start of a program, does not begin anew.
        var next = before is { } known && known.Schedule.IsSameTime(schedule) && known.Schedule.Next is { } kept ? kept : schedule.After(now, now);
        var set = schedule with { Next = next, Last = before?.Schedule.Last, IssuedAt = null };
        changes.Put(name, (before ?? new() { Schedule = set }) with { Schedule = set });
        if (next is { } due)
        {
            changes.Put(WorkRows.Scheduled(due, schedule.Name), new HeadRow { Line = schedule.Name });
            changes.LookAt(due);
        }
        await CommitAsync(changes);
        return new(before is not null, set);
    }

    /// <inheritdoc/>
    public async Task<ScheduleAnswer> RemoveScheduleAsync(ScheduleRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (await self.Rows.ReadAsync(WorkRows.Schedule(request.Name), cancellationToken) is not { } stored)
            return new(false, null);
        var changes = Change();
        changes.Delete(WorkRows.Schedule(request.Name));
        if (WorkJson.Read<ScheduleRow>(stored).Schedule.Next is { } next)
            changes.Delete(WorkRows.Scheduled(next, request.Name));
        await CommitAsync(changes);
        return new(true, null);
    }

    // However many runs were missed while nothing ran, one makes up for them; one that is not over takes the place of the next.
    private async ValueTask<bool> StartSchedulesAsync(CancellationToken cancellationToken)
    {
        if (_queue!.RunsNothing)
            return false;
        var now = clock.GetUtcNow();
        var page = await self.Rows.ListAsync(new(WorkRows.AllScheduled, MostRows: WorkBatch.MostItems), cancellationToken);
        var changes = Change();
        var started = 0;
        foreach (var row in page.Rows.TakeWhile(row => WorkRows.DueIn(row.Name, WorkRows.AllScheduled) <= now))
        {
            started++;
            changes.Delete(row.Name);
            var name = WorkJson.Read<HeadRow>(row.Value).Line;
            if (await self.Rows.ReadAsync(WorkRows.Schedule(name), cancellationToken) is not { } stored)
                continue;
            var known = WorkJson.Read<ScheduleRow>(stored);
            var due = WorkRows.DueIn(row.Name, WorkRows.AllScheduled);
            var next = known.Schedule.After(due, now);
            var itemId = known.ItemId;
            if (itemId is null)
            {
                var item = known.Schedule.Start(due, now);
                itemId = item.ItemId;
                changes.Queue = changes.Queue with { Waiting = changes.Queue.Waiting + 1 };
                await EnqueueAsync(item, changes, now, cancellationToken);
            }
            changes.Put(WorkRows.Schedule(name), known with { Schedule = known.Schedule with { Next = next, Last = due }, ItemId = itemId });
            if (next is { } then)
            {
                changes.Put(WorkRows.Scheduled(then, name), new HeadRow { Line = name });
                changes.LookAt(then);
            }
        }
        await CommitAsync(changes);
        return started == page.Rows.Count && page.HasMore;
    }

    private async ValueTask NoteScheduleEndAsync(string name, string itemId, WorkChanges changes, CancellationToken cancellationToken)
    {
        if (await self.Rows.ReadAsync(WorkRows.Schedule(name), cancellationToken) is { } stored
            && WorkJson.Read<ScheduleRow>(stored) is var schedule && schedule.ItemId == itemId)
            changes.Put(WorkRows.Schedule(name), schedule with { ItemId = null });
    }
}
