namespace ForgeOrleans.ProductApis.Storage;

/// <summary>A value with its key, as Forge storage has it.</summary>
/// <typeparam name="T">What the value is.</typeparam>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
public sealed record StorageEntry<T>(string Key, T Value)
{
    /// <summary>When the key was first set. Null unless <see cref="StorageMetadata.CreatedAt"/> was asked for.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last set. Null unless <see cref="StorageMetadata.UpdatedAt"/> was asked for.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>
    /// When it expires; the platform may still return it for 48 hours more (contract section 6). Null when it never does, or unless
    /// <see cref="StorageMetadata.ExpiresAt"/> was asked for.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A page of a query.</summary>
/// <typeparam name="T">What the values are.</typeparam>
/// <param name="Entries">The entries. There may be none although more follow: a filter leaves out what was read.</param>
/// <param name="Cursor">Where the next page begins; null after the last one.</param>
public sealed record StoragePage<T>(IReadOnlyList<StorageEntry<T>> Entries, string? Cursor);

/// <summary>What is told of an entry beside its value.</summary>
[Flags]
public enum StorageMetadata
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>When the key was first set.</summary>
    CreatedAt = 1,

    /// <summary>When it was last set.</summary>
    UpdatedAt = 2,

    /// <summary>When it expires.</summary>
    ExpiresAt = 4,

    /// <summary>All of them.</summary>
    All = CreatedAt | UpdatedAt | ExpiresAt,
}
