using System.Text;

namespace ForgeOrleans.Grains;

/// <summary>An actor's rows as one document, for <see cref="PersistentRows"/>.</summary>
[GenerateSerializer, Alias("ForgeOrleans.Rows")]
public sealed class StoredRows
{
    /// <summary>The rows, in no order: a storage provider keeps none.</summary>
    [Id(0)]
    public Dictionary<string, byte[]> Rows { get; set; } = [];

    /// <summary>When the alarm is due, in milliseconds since 1970, or null.</summary>
    [Id(1)]
    public long? Alarm { get; set; }
}

/// <summary>Orders names by their UTF-8 bytes, which is by code points: C#'s own order of UTF-16 puts some of the highest first.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y) => ReferenceEquals(x, y)
        ? 0
        : Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
