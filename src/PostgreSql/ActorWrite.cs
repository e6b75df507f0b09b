using System.Runtime.InteropServices;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql;

/// <summary>Changes that an activation makes together: to rows, to its alarm, or to both.</summary>
internal sealed class ActorWrite
{
    private readonly IReadOnlyList<(byte[] Name, byte[]? Value)> _changes;

    private ActorWrite(IReadOnlyList<(byte[] Name, byte[]? Value)> changes, bool writesAlarm, DateTimeOffset? due)
    {
        _changes = changes;
        WritesAlarm = writesAlarm;
        AlarmDue = due;
    }

    /// <summary>How many changes to rows there are.</summary>
    public int Changes => _changes.Count;

    public bool WritesAlarm { get; }

    /// <summary>When the alarm is due; null removes it.</summary>
    public DateTimeOffset? AlarmDue { get; }

    /// <exception cref="ArgumentException">There are too many changes, or a name that cannot be stored.</exception>
    public static ActorWrite OfRows(IReadOnlyList<RowChange> changes) => new(Stored(changes), false, null);

    /// <exception cref="ArgumentException">There are too many changes, or a name that cannot be stored.</exception>
    public static ActorWrite OfAlarm(DateTimeOffset? due, IReadOnlyList<RowChange> changes) => new(Stored(changes), true, due);

    /// <summary>This write and a later one as one.</summary>
    public ActorWrite Then(ActorWrite later) => new(
        [.. _changes, .. later._changes], WritesAlarm || later.WritesAlarm, later.WritesAlarm ? later.AlarmDue : AlarmDue);

    /// <summary>The last change of each row: one statement cannot change a row twice.</summary>
    public (byte[][] PutNames, byte[][] PutValues, byte[][] DeletedNames) Rows()
    {
        var last = new Dictionary<byte[], byte[]?>(_changes.Count, ByName.Instance);
        foreach (var (name, value) in _changes)
            last[name] = value;
        var put = last.Where(change => change.Value is not null).ToList();
        return ([.. put.Select(change => change.Key)], [.. put.Select(change => change.Value!)],
            [.. last.Where(change => change.Value is null).Select(change => change.Key)]);
    }

    private static IReadOnlyList<(byte[] Name, byte[]? Value)> Stored(IReadOnlyList<RowChange> changes) => changes.Count <= IActorRows.MostChanges
        ? [.. changes.Select(change => (RowName.ToBytes(change.Name), Bytes(change.Value)))]
        : throw new ArgumentException($"A commit takes at most {IActorRows.MostChanges} changes; there are {changes.Count}.", nameof(changes));

    // Without a copy where the memory is all of an array, as JSON just serialized is.
    private static byte[]? Bytes(ReadOnlyMemory<byte>? value) => value is not { } memory
        ? null
        : MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();

    private sealed class ByName : IEqualityComparer<byte[]>
    {
        public static readonly ByName Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] name)
        {
            var hash = new HashCode();
            hash.AddBytes(name);
            return hash.ToHashCode();
        }
    }
}
