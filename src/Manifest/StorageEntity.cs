namespace ForgeOrleans.Manifest;

/// <summary>A custom entity of Forge storage, as <c>app.storage.entities</c> declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attributes">The types of its attributes by their names.</param>
/// <param name="Indexes">The indexes by which it can be queried, beside the built-in one by keys.</param>
public sealed record StorageEntity(
    string Name, IReadOnlyDictionary<string, StorageAttributeType> Attributes, IReadOnlyList<StorageIndex> Indexes);

/// <summary>An index of a custom entity. One that the manifest writes as an attribute's name alone has that name, and the attribute as its range.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partition">The attributes whose values a query must give; may be empty.</param>
/// <param name="Range">The attributes that it is ordered by, at least one.</param>
public sealed record StorageIndex(string Name, IReadOnlyList<string> Partition, IReadOnlyList<string> Range);

/// <summary>What an attribute of a custom entity may be.</summary>
public enum StorageAttributeType
{
    /// <summary><c>any</c>: whatever JSON there is.</summary>
    Any,

    /// <summary><c>string</c>: a text that is more than spaces.</summary>
    Text,

    /// <summary><c>boolean</c>.</summary>
    Flag,

    /// <summary><c>integer</c>: a whole number of 32 bits.</summary>
    WholeNumber,

    /// <summary><c>float</c>: a number.</summary>
    Number,
}
