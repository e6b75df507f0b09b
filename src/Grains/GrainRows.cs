using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>A grain's rows. Where a commit fails, what the activation has in memory may not be what is stored: it goes away, and a new one reads.</summary>
internal sealed class GrainRows(IActivationStorage storage, IGrainContext context) : IActorRows
{
    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        storage.ReadAsync(name, cancellationToken);

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default) =>
        storage.ListAsync(query, cancellationToken);

    public Task CommitAsync(IReadOnlyList<RowChange> changes) => OrGoAwayAsync(storage.CommitAsync(Limited(changes)));

    /// <exception cref="ArgumentException">One commit does not take so many changes.</exception>
    public static IReadOnlyList<RowChange> Limited(IReadOnlyList<RowChange> changes) => changes.Count <= IActorRows.MostChanges
        ? changes
        : throw new ArgumentException($"A commit takes at most {IActorRows.MostChanges} changes; there are {changes.Count}.", nameof(changes));

    /// <summary>Waits for a write, or for what has to come before it; after one that failed this is the activation's last turn.</summary>
    public async Task OrGoAwayAsync(Task write)
    {
        try
        {
            await write;
        }
        catch (Exception)
        {
            // Without the exception: with one, Orleans would refuse the calls that wait for a turn instead of giving them to the next activation.
            context.Deactivate(new(DeactivationReasonCode.ApplicationError, "A commit failed."));
            throw;
        }
    }
}
