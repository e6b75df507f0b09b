using ForgeOrleans.Hosting;
using Orleans.Storage;

namespace ForgeOrleans.Grains;

/// <summary>
/// Keeps all rows of an actor in one <see cref="IPersistentState{TState}"/>, so that they can live in any of Orleans' storage providers. Correct, and
/// fenced by the provider's ETag, but every commit writes the actor whole: its cost grows with the actor.
/// </summary>
public sealed class PersistentRows : IActivationStorage
{
    /// <summary>The name that the storage provider is registered under.</summary>
    public const string ProviderName = "ForgeOrleans";

    private readonly IPersistentState<StoredRows> _state;
    private readonly string _actor;

    internal PersistentRows(IGrainContext context, IPersistentStateFactory states)
    {
        _state = states.Create<StoredRows>(context, new PersistentStateAttribute("rows", ProviderName));
        _actor = context.GrainId.ToString();
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_state.State.Rows.TryGetValue(name, out var value) ? new ReadOnlyMemory<byte>?(value) : null);

    /// <inheritdoc/>
    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        var page = new List<ActorRow>();
        var bytes = 0L;
        foreach (var (name, value) in _state.State.Rows.OrderBy(row => row.Key, Utf8Order.Instance))
        {
            if (!name.StartsWith(query.Prefix, StringComparison.Ordinal) || (query.After is { } after && Utf8Order.Instance.Compare(name, after) <= 0))
                continue;
            if (page.Count == query.MostRows || (page.Count > 0 && bytes >= query.MostBytes))
                return new(new RowPage(page, true));
            page.Add(new(name, value));
            bytes += value.Length;
        }
        return new(new RowPage(page, false));
    }

    /// <inheritdoc/>
    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        var rows = new Dictionary<string, byte[]>(_state.State.Rows, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Value is { } value)
                rows[change.Name] = value.ToArray();
            else
                rows.Remove(change.Name);
        }
        return WriteAsync(new() { Rows = rows, Alarm = _state.State.Alarm });
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ReadAlarmAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_state.State.Alarm is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : (DateTimeOffset?)null);

    /// <inheritdoc/>
    public Task WriteAlarmAsync(DateTimeOffset? due) =>
        WriteAsync(new() { Rows = _state.State.Rows, Alarm = due?.ToUnixTimeMilliseconds() });

    // A write that failed leaves memory ahead of the storage; the activation goes away then and nobody reads it again.
    private async Task WriteAsync(StoredRows next)
    {
        _state.State = next;
        try
        {
            await _state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            throw new StaleActivationException(_actor);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StorageUnavailableException("The storage of the cluster does not answer. Try again in a few seconds.", e);
        }
    }
}
