namespace ForgeOrleans.Hosting;

/// <summary>
/// The durable state of one actor: named rows of JSON. Every commit is conditional on the epoch that the activation knows, so that one
/// which has been replaced without knowing can no longer write.
/// </summary>
/// <remarks>Names are compared by their UTF-8 bytes, which is also the order of <see cref="ListAsync"/>.</remarks>
public interface IActorRows
{
    /// <summary>The most changes that one commit takes.</summary>
    const int MostChanges = 100;

    /// <summary>Reads a row.</summary>
    /// <param name="name">The row's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The row's value, or null when there is none.</returns>
    /// <exception cref="StorageUnavailableException">The storage cannot be read now.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Reads the rows whose names begin with a prefix, in order.</summary>
    /// <param name="query">Which rows, from where, and how many.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="StorageUnavailableException">The storage cannot be read now.</exception>
    ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default);

    /// <summary>Makes up to <see cref="MostChanges"/> changes, all or nothing. They are durable when the task completes.</summary>
    /// <param name="changes">The changes; of two to the same row the later one counts.</param>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    Task CommitAsync(IReadOnlyList<RowChange> changes);

    /// <summary>
    /// Makes changes as <see cref="CommitAsync"/> does, if the rows are as the actor believes. A host whose storage can look while it commits does, and
    /// spares the actor the reading beforehand; others read here.
    /// </summary>
    /// <param name="beliefs">What the changes rest on; none is fine.</param>
    /// <param name="changes">The changes; of two to the same row the later one counts.</param>
    /// <returns>False when a belief is wrong: then nothing was changed, and the activation goes on.</returns>
    /// <exception cref="StaleActivationException">Another activation has taken over; this one must go away.</exception>
    /// <exception cref="StorageUnavailableException">Nothing was written, or the storage did not say.</exception>
    async Task<bool> CommitIfAsync(IReadOnlyList<RowBelief> beliefs, IReadOnlyList<RowChange> changes)
    {
        foreach (var belief in beliefs)
            if ((await ListAsync(new(belief.Prefix, MostRows: 1))).Rows.Count > 0 != belief.AreThere)
                return false;
        await CommitAsync(changes);
        return true;
    }
}

/// <summary>A row as it is stored.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Value">JSON, as UTF-8.</param>
public readonly record struct ActorRow(string Name, ReadOnlyMemory<byte> Value);

/// <summary>Rows in the order of their names.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="HasMore">Whether there are rows behind the last of these.</param>
public readonly record struct RowPage(IReadOnlyList<ActorRow> Rows, bool HasMore)
{
    /// <summary>The name to go on behind, or null at the end.</summary>
    public string? Next => HasMore ? Rows[^1].Name : null;
}

/// <summary>A change to one row.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Value">The new value as UTF-8 JSON, or null to delete the row.</param>
public readonly record struct RowChange(string Name, ReadOnlyMemory<byte>? Value);

/// <summary>What an actor believes of its rows without having read them.</summary>
/// <param name="Prefix">What names begin with; a whole name if no other begins with it.</param>
/// <param name="AreThere">Whether there are such rows.</param>
public readonly record struct RowBelief(string Prefix, bool AreThere);

/// <summary>Which rows to list.</summary>
/// <param name="Prefix">What the names begin with.</param>
/// <param name="After">Begin behind this name; null begins at the first.</param>
/// <param name="MostRows">How many rows at the most.</param>
/// <param name="MostBytes">Stop once the values listed amount to so many bytes; at least one row is listed.</param>
public sealed record RowQuery(string Prefix, string? After = null, int MostRows = 1000, int MostBytes = 4 * 1024 * 1024);
