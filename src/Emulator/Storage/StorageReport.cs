using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>What the app has stored on a site.</summary>
/// <param name="Counts">How much it is in all.</param>
/// <param name="Entries">A page of it, by kind, entity and key.</param>
/// <param name="Next">Where the next page begins; null after the last.</param>
internal sealed record StorageReport(StorageCounts Counts, IReadOnlyList<StorageEntryReport> Entries, string? Next);

/// <summary>How much is stored.</summary>
/// <param name="Values">Plain values.</param>
/// <param name="Secrets">Secrets.</param>
/// <param name="Entities">Entities.</param>
/// <param name="Bytes">The length of all values, as JSON.</param>
internal sealed record StorageCounts(int Values, int Secrets, int Entities, long Bytes);

/// <summary>Something that is stored.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="EntityName">The entity; null for values and secrets.</param>
/// <param name="Key">The key.</param>
/// <param name="Bytes">The length of the value, as JSON.</param>
/// <param name="Value">The value; null for secrets, which nobody is shown.</param>
/// <param name="CreatedAt">When the key was first set.</param>
/// <param name="UpdatedAt">When the value was last set.</param>
/// <param name="Expires">When it expires; null for never.</param>
internal sealed record StorageEntryReport(
    StoredKind Kind,
    string? EntityName,
    string Key,
    int Bytes,
    JsonElement? Value,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? Expires)
{
    public static StorageEntryReport Of(StoredKind kind, string? entityName, StoredEntry entry) => new(
        kind,
        entityName,
        entry.Key,
        BytesOf(entry),
        kind is StoredKind.Secret ? null : entry.Value,
        entry.Created,
        entry.Updated,
        entry.Expires);

    public static int BytesOf(StoredEntry entry) => JsonMarshal.GetRawUtf8Value(entry.Value).Length;
}

/// <summary>What something stored is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoredKind>))]
internal enum StoredKind
{
    [JsonStringEnumMemberName("value")]
    Value,

    [JsonStringEnumMemberName("secret")]
    Secret,

    [JsonStringEnumMemberName("entity")]
    Entity,
}

/// <summary>A place in the order of all that is stored on a site.</summary>
internal readonly record struct StoragePlace(StoredKind Kind, string EntityName, string Key) : IComparable<StoragePlace>
{
    /// <summary>As <c>after</c> takes it.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{(int)Kind}\n{EntityName}\n{Key}"));

    /// <summary>Reads what <see cref="ToString"/> has written; null for anything else.</summary>
    public static StoragePlace? Read(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n', 3) is [var kind, var entity, var key]
                && Enum.TryParse<StoredKind>(kind, out var known)
                    ? new StoragePlace(known, entity, key)
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public int CompareTo(StoragePlace other) =>
        Kind != other.Kind ? Kind.CompareTo(other.Kind)
        : string.CompareOrdinal(EntityName, other.EntityName) is not 0 and var entity ? entity
        : string.CompareOrdinal(Key, other.Key);
}
