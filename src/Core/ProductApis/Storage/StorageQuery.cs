namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Which of the plain values are wanted.</summary>
public record StorageQuery
{
    /// <summary>What the keys begin with; null for all.</summary>
    public string? KeyPrefix { get; init; }

    /// <summary>How many entries a page has at most, 1 to <see cref="StorageLimits.LargestPage"/>.</summary>
    public int PageSize { get; init; } = StorageLimits.LargestPage;

    /// <summary>Where to begin: the cursor of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>What to tell of each entry beside its value.</summary>
    public StorageMetadata Metadata { get; init; }
}

/// <summary>Which entities are wanted, by an index of the manifest (<c>app.storage.entities</c>).</summary>
/// <param name="Index">The index's name; <see cref="ByKey"/> needs no declaration.</param>
public sealed record EntityQuery(string Index)
{
    /// <summary>The name of the index that every entity has: by its keys.</summary>
    public const string ByKey = "by-key";

    /// <summary>A value for each attribute of the index's partition, in its order; empty where the index has none.</summary>
    public IReadOnlyList<StorageScalar> Partition { get; init; } = [];

    /// <summary>What the attribute of the index's range must be; null for all. Only conditions that an order can answer.</summary>
    public StorageCondition? Range { get; init; }

    /// <summary>
    /// What the entities must be beyond that. The platform reads a page and then leaves out what does not match, so a filter makes pages smaller, not
    /// reading cheaper.
    /// </summary>
    public StorageFilter? Filter { get; init; }

    /// <summary>Whether the greatest comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>How many entities a page has at most, 1 to <see cref="StorageLimits.LargestPage"/>.</summary>
    public int PageSize { get; init; } = StorageLimits.LargestPage;

    /// <summary>Where to begin: the cursor of the page before.</summary>
    public string? Cursor { get; init; }

    /// <summary>What to tell of each entity beside its value.</summary>
    public StorageMetadata Metadata { get; init; }
}
