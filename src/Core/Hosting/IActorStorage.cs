namespace ForgeOrleans.Hosting;

/// <summary>Where a cluster keeps the state of its actors, so that any of its processes finds it.</summary>
public interface IActorStorage
{
    /// <summary>Opens the state of one actor for one activation. Nothing is read or written before the first call to what is returned.</summary>
    /// <param name="kind">The actor's stored name (<see cref="ActorType.Name"/>).</param>
    /// <param name="key">The actor's key.</param>
    IActivationStorage Open(string kind, string key);
}

/// <summary>
/// One activation's view of its actor's state. Calls may overlap; they take effect one after the other. A write that failed leaves open
/// whether it was made: the activation must not be used any more.
/// </summary>
public interface IActivationStorage : IActorRows
{
    /// <summary>Reads when the actor's alarm is due.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The time, to the millisecond, or null when no alarm is set.</returns>
    /// <exception cref="StorageUnavailableException">The storage cannot be read now.</exception>
    ValueTask<DateTimeOffset?> ReadAlarmAsync(CancellationToken cancellationToken = default);

    /// <summary>Sets the actor's alarm or removes it, conditional on the activation's epoch as any commit is.</summary>
    /// <param name="due">The time, or null to remove the alarm.</param>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    Task WriteAlarmAsync(DateTimeOffset? due) => WriteAlarmAsync(due, []);

    /// <summary>Sets the actor's alarm or removes it, and changes its rows with the same commit: all or nothing.</summary>
    /// <param name="due">The time, or null to remove the alarm.</param>
    /// <param name="changes">Up to <see cref="IActorRows.MostChanges"/> changes; of two to the same row the later one counts.</param>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    Task WriteAlarmAsync(DateTimeOffset? due, IReadOnlyList<RowChange> changes);
}
