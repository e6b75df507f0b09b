using ForgeOrleans.Hosting;
using Orleans.Storage;

namespace ForgeOrleans.Grains;

/// <summary>
/// Keeps all rows of an actor in one state of a grain, so that they can live in any of Orleans' storage providers. Correct, and fenced by the
/// provider's ETag, but every commit writes the actor whole: its cost grows with the actor.
/// </summary>
/// <remarks>
/// The state is read by the first turn that needs it and not, as Orleans would, before the activation begins: a storage that is down then fails
/// that turn with its own reason, instead of an activation that callers take for a silo that does not answer.
/// </remarks>
public sealed class PersistentRows : IActivationStorage, IDisposable
{
    /// <summary>The name that the storage provider is registered under.</summary>
    public const string ProviderName = "ForgeOrleans";

    private const string StateName = "rows";

    private readonly IGrainStorage _storage;
    private readonly GrainId _actor;

    // Calls may overlap, and two writes with the same ETag would refuse each other.
    private readonly SemaphoreSlim _oneByOne = new(1);
    private GrainState<StoredRows>? _read;

    internal PersistentRows(GrainId actor, IGrainStorage storage) => (_actor, _storage) = (actor, storage);

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        (await StateAsync(cancellationToken)).Rows.TryGetValue(name, out var value) ? new ReadOnlyMemory<byte>?(value) : null;

    /// <inheritdoc/>
    public async ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        var page = new List<ActorRow>();
        var bytes = 0L;
        foreach (var (name, value) in (await StateAsync(cancellationToken)).Rows.OrderBy(row => row.Key, Utf8Order.Instance))
        {
            if (!name.StartsWith(query.Prefix, StringComparison.Ordinal) || (query.After is { } after && Utf8Order.Instance.Compare(name, after) <= 0))
                continue;
            if (page.Count == query.MostRows || (page.Count > 0 && bytes >= query.MostBytes))
                return new RowPage(page, true);
            page.Add(new(name, value));
            bytes += value.Length;
        }
        return new RowPage(page, false);
    }

    /// <inheritdoc/>
    public Task CommitAsync(IReadOnlyList<RowChange> changes) =>
        WriteAsync(state => new() { Rows = Changed(state.Rows, changes), Alarm = state.Alarm });

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReadAlarmAsync(CancellationToken cancellationToken = default) =>
        (await StateAsync(cancellationToken)).Alarm is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null;

    /// <inheritdoc/>
    public Task WriteAlarmAsync(DateTimeOffset? due, IReadOnlyList<RowChange> changes) => WriteAsync(state => new()
    {
        Rows = changes.Count == 0 ? state.Rows : Changed(state.Rows, changes),
        Alarm = due?.ToUnixTimeMilliseconds(),
    });

    /// <summary>The activation goes away.</summary>
    public void Dispose() => _oneByOne.Dispose();

    private static Dictionary<string, byte[]> Changed(Dictionary<string, byte[]> rows, IReadOnlyList<RowChange> changes)
    {
        var changed = new Dictionary<string, byte[]>(rows, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Value is { } value)
                changed[change.Name] = value.ToArray();
            else
                changed.Remove(change.Name);
        }
        return changed;
    }

    private async ValueTask<StoredRows> StateAsync(CancellationToken cancellationToken)
    {
        if (_read is { } read)
            return read.State!;
        await _oneByOne.WaitAsync(cancellationToken);
        try
        {
            return (await ReadOnceAsync()).State!;
        }
        finally
        {
            _oneByOne.Release();
        }
    }

    private async Task WriteAsync(Func<StoredRows, StoredRows> change)
    {
        await _oneByOne.WaitAsync();
        try
        {
            var state = await ReadOnceAsync();
            var next = new GrainState<StoredRows>(change(state.State!), state.ETag) { RecordExists = state.RecordExists };
            await AskAsync(() => _storage.WriteStateAsync(StateName, _actor, next));
            _read = next;
        }
        finally
        {
            _oneByOne.Release();
        }
    }

    private async ValueTask<GrainState<StoredRows>> ReadOnceAsync()
    {
        if (_read is not null)
            return _read;
        var state = new GrainState<StoredRows>(new());
        await AskAsync(() => _storage.ReadStateAsync(StateName, _actor, state));
        // Some providers leave nothing where nothing is.
        state.State ??= new();
        return _read = state;
    }

    private async Task AskAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (InconsistentStateException)
        {
            throw new StaleActivationException(_actor.ToString());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new StorageUnavailableException("The storage of the cluster does not answer. Try again in a few seconds.", e);
        }
    }
}
