namespace ForgeOrleans.Hosting;

/// <summary>Wakes an actor at a time, even if the process was restarted in between. An actor has one alarm.</summary>
public interface IAlarm
{
    /// <summary>Sets the alarm, in place of the one that was set. It is durable when the task completes.</summary>
    /// <param name="due">When <see cref="IAlarmed.OnAlarmAsync"/> is called, or soon after; a time that has passed means at once.</param>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    Task SetAsync(DateTimeOffset due) => SetAsync(due, []);

    /// <summary>
    /// Sets the alarm, in place of the one that was set, and makes up to <see cref="IActorRows.MostChanges"/> changes to the actor's rows, in
    /// one commit: all or nothing. So an actor accepts work that it will be woken for. All is durable when the task completes.
    /// </summary>
    /// <param name="due">When <see cref="IAlarmed.OnAlarmAsync"/> is called, or soon after; a time that has passed means at once.</param>
    /// <param name="changes">The changes; of two to the same row the later one counts.</param>
    /// <remarks>A host may have to prepare the alarm before it commits: what is committed without waiting for this task may be stored before.</remarks>
    /// <exception cref="ArgumentException">There are too many changes; nothing was done.</exception>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes);

    /// <summary>Removes the alarm, if one is set.</summary>
    /// <exception cref="StaleActivationException">Another activation has taken over.</exception>
    Task ClearAsync();
}

/// <summary>An actor that can be woken by its <see cref="IAlarm"/>.</summary>
public interface IAlarmed
{
    /// <summary>
    /// The alarm is due. It is called at least once for an alarm, as a turn of its own; when it throws it is called again a minute later.
    /// </summary>
    /// <param name="cancellationToken">The host is stopping.</param>
    Task OnAlarmAsync(CancellationToken cancellationToken);
}
