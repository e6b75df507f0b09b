namespace ForgeOrleans.ProductApis.Storage;

/// <summary>A key, plain or of an entity.</summary>
/// <param name="Key">The key.</param>
/// <param name="EntityName">The entity's name; null for a plain key.</param>
public readonly record struct StorageKey(string Key, string? EntityName = null)
{
    /// <summary>A plain key.</summary>
    /// <param name="key">The key.</param>
    public static implicit operator StorageKey(string key) => new(key);
}

/// <summary>What a batch sets.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, written as what it is at run time.</param>
public sealed record StorageWrite(StorageKey Key, object Value)
{
    /// <summary>When it expires, from now; null for never.</summary>
    public TimeSpan? TimeToLive { get; init; }
}

/// <summary>An operation of a batch that failed; the others were carried out.</summary>
/// <param name="Key">The key.</param>
/// <param name="Error">The platform's code.</param>
/// <param name="Message">What the platform says.</param>
public sealed record StorageFailure(StorageKey Key, string Error, string Message);

/// <summary>What became of a batch that sets or deletes: each of its operations by itself.</summary>
/// <param name="Succeeded">What was set or deleted.</param>
/// <param name="Failed">What was not.</param>
public sealed record StorageBatchResult(IReadOnlyList<StorageKey> Succeeded, IReadOnlyList<StorageFailure> Failed)
{
    /// <summary>Throws when an operation failed.</summary>
    /// <exception cref="ForgeStorageException">At least one did.</exception>
    public void ThrowIfFailed() => StorageBatches.ThrowIfAny(Failed);
}

/// <summary>What a batch has read.</summary>
/// <typeparam name="T">What the values are.</typeparam>
/// <param name="Entries">The entries, each with the key that it was asked for by.</param>
/// <param name="Absent">Keys that are not there.</param>
/// <param name="Failed">Keys that could not be read.</param>
public sealed record StorageBatchEntries<T>(
    IReadOnlyList<(StorageKey Key, StorageEntry<T> Entry)> Entries, IReadOnlyList<StorageKey> Absent, IReadOnlyList<StorageFailure> Failed)
{
    /// <summary>Throws when a key could not be read. One that is not there is no failure.</summary>
    /// <exception cref="ForgeStorageException">At least one could not.</exception>
    public void ThrowIfFailed() => StorageBatches.ThrowIfAny(Failed);
}
