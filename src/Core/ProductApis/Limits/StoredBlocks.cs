using System.Runtime.CompilerServices;
using System.Text.Json;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>What products have forbidden for longer than a restart takes, in an actor's rows.</summary>
/// <param name="rows">The actor's rows.</param>
/// <param name="clock">Tells until when.</param>
internal sealed class StoredBlocks(IActorRows rows, TimeProvider clock)
{
    private const string Prefix = "block/";
    private const int MostSweptAtOnce = 50;

    // What ends sooner ends before a restart is over.
    private static readonly TimeSpan WorthStoring = TimeSpan.FromSeconds(5);

    private readonly Dictionary<LimitName, LimitBlock> _stored = [];

    /// <summary>Returns those that are not over, and throws the others away.</summary>
    public async IAsyncEnumerable<(LimitName Limit, LimitBlock Block)> LoadAsync(TimeSpan now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _stored.Clear();
        var (today, past) = (clock.GetUtcNow(), new List<RowChange>());
        await foreach (var row in rows.AllAsync(Prefix, cancellationToken))
        {
            var block = JsonSerializer.Deserialize(row.Value.Span, GateJson.Default.BlockRow)!;
            // A clock that was set back would leave it blocked for longer than any product blocks.
            var left = block.Until - today < RateHeaders.Longest ? block.Until - today : RateHeaders.Longest;
            if (left > TimeSpan.Zero)
                _stored[block.Limit] = new(now + left, block.Reason, block.IsOnlyForBackground);
            else
                past.Add(new(row.Name, null));
        }
        foreach (var batch in past.Chunk(IActorRows.MostChanges))
            await rows.CommitAsync(batch);
        foreach (var (limit, block) in _stored)
            yield return (limit, block);
    }

    /// <summary>Stops a limit, and stores that unless it is soon over or known.</summary>
    /// <remarks>
    /// What is said again, by many answers or in turns with the opposite, is stored once: permits cost no disk. A restart may then close to work what had been
    /// opened again.
    /// </remarks>
    public async Task StopAsync(CallLimit limit, LimitBlock block, TimeSpan now)
    {
        limit.Stop(block, now);
        if (limit.Block != block || block.Until - now < WorthStoring
            || (_stored.TryGetValue(limit.Name, out var known) && known.IsOnlyForBackground == block.IsOnlyForBackground && (block.Until - known.Until).Duration() < WorthStoring))
            return;
        var over = _stored.Where(stored => stored.Value.Until <= now && stored.Key != limit.Name).Take(MostSweptAtOnce).Select(stored => stored.Key).ToList();
        var row = new BlockRow(limit.Name, clock.GetUtcNow() + (block.Until - now), block.Reason, block.IsOnlyForBackground);
        await rows.CommitAsync([
            new(RowName(limit.Name), JsonSerializer.SerializeToUtf8Bytes(row, GateJson.Default.BlockRow)),
            .. over.Select(name => new RowChange(RowName(name), null))]);
        foreach (var name in over)
            _stored.Remove(name);
        _stored[limit.Name] = block;
    }

    /// <summary>Forgets all.</summary>
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await rows.DeleteAllAsync("", cancellationToken);
        _stored.Clear();
    }

    private static string RowName(LimitName name) => $"{Prefix}{name.Product}/{name.Scope}/{name.Of}";
}
