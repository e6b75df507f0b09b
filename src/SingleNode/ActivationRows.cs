using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>One activation's rows and alarm.</summary>
internal sealed class ActivationRows(SqliteStore store, string kind, string key) : IActorRows, IAlarm
{
    private readonly StoredActor _actor = new(kind, key);

    /// <summary>A commit failed: what the activation has in memory may not be what is stored, so it must not be used again.</summary>
    public bool IsDoomed { get; private set; }

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ActorId() is not { } id
            ? null
            : store.Read((id, name), static (reader, row) => reader.ReadRow(row.id, row.name)) is { } value
                ? new ReadOnlyMemory<byte>?(value)
                : null);

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(ActorId() is not { } id
            ? new RowPage([], false)
            : store.Read((id, query), static (reader, rows) => reader.ListRows(rows.id, rows.query)));

    public Task CommitAsync(IReadOnlyList<RowChange> changes) => OrDoomAsync(store.WriteAsync(new RowsWrite(_actor, Limited(changes))));

    public async Task<bool> CommitIfAsync(IReadOnlyList<RowBelief> beliefs, IReadOnlyList<RowChange> changes)
    {
        var write = new BelievingWrite(_actor, beliefs, Limited(changes));
        await OrDoomAsync(store.WriteAsync(write));
        return write.WasRight;
    }

    public Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes) =>
        OrDoomAsync(store.WriteAlarmAsync(new(_actor, due, Limited(changes))));

    public Task ClearAsync() => OrDoomAsync(store.WriteAlarmAsync(new(_actor, null, [])));

    private static IReadOnlyList<RowChange> Limited(IReadOnlyList<RowChange> changes) => changes.Count <= IActorRows.MostChanges
        ? changes
        : throw new ArgumentException($"A commit takes at most {IActorRows.MostChanges} changes; there are {changes.Count}.", nameof(changes));

    // An actor that has no rows yet gets them only by its own commit, so that need not be asked twice.
    private long? ActorId()
    {
        if (_actor.Id == 0)
            _actor.Id = store.Read(_actor, static (reader, actor) => reader.FindActor(actor)) ?? -1;
        return _actor.Id > 0 ? _actor.Id : null;
    }

    private async Task OrDoomAsync(Task write)
    {
        try
        {
            await write;
        }
        catch
        {
            IsDoomed = true;
            throw;
        }
    }
}
