using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode.Tests.Work;

/// <summary>Rows in memory that count what an actor asks of them.</summary>
internal sealed class CountedRows : IActorRows, IAlarm
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _rows = new(StringComparer.Ordinal);

    public Cost Cost { get; private set; }

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default)
    {
        Cost = Cost with { Reads = Cost.Reads + 1, RowsRead = Cost.RowsRead + 1 };
        return ValueTask.FromResult(_rows.TryGetValue(name, out var value) ? value : (ReadOnlyMemory<byte>?)null);
    }

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        var page = _names.GetViewBetween(query.After ?? query.Prefix, query.Prefix + "\uffff")
            .Where(name => name != query.After).Take(query.MostRows + 1).Select(name => new ActorRow(name, _rows[name])).ToList();
        var hasMore = page.Count > query.MostRows;
        Cost = Cost with { Reads = Cost.Reads + 1, RowsRead = Cost.RowsRead + page.Count };
        return ValueTask.FromResult(new RowPage(page[..Math.Min(page.Count, query.MostRows)], hasMore));
    }

    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        Cost = Cost with { Commits = Cost.Commits + 1, RowsWritten = Cost.RowsWritten + changes.Count, Bytes = Cost.Bytes + changes.Sum(change => change.Value?.Length ?? 0) };
        foreach (var change in changes)
        {
            if (change.Value is { } value)
            {
                _names.Add(change.Name);
                _rows[change.Name] = value;
            }
            else
            {
                _names.Remove(change.Name);
                _rows.Remove(change.Name);
            }
        }
        return Task.CompletedTask;
    }

    public Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes) => CommitAsync(changes);

    public Task ClearAsync() => Task.CompletedTask;
}

/// <summary>What was asked of rows.</summary>
internal readonly record struct Cost(int Reads, int RowsRead, int Commits, int RowsWritten, int Bytes)
{
    public static Cost operator -(Cost one, Cost other) => new(
        one.Reads - other.Reads, one.RowsRead - other.RowsRead, one.Commits - other.Commits, one.RowsWritten - other.RowsWritten, one.Bytes - other.Bytes);
}
