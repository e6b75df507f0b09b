using System.Collections.Concurrent;
using System.Text;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode.Tests.Hosting;

/// <summary>Shows which activation a call met, and whether it is still in memory.</summary>
public interface IMemoryProbe
{
    /// <summary>Writes a row, and answers how many calls this activation has had.</summary>
    Task<Met> WriteAsync(RowText row, CancellationToken cancellationToken = default);

    /// <summary>Keeps its thread until <see cref="MemoryProbe.Blocks"/> lets it go.</summary>
    Task BlockAsync(RowText row, CancellationToken cancellationToken = default);
}

public sealed record Met(int Calls, string? Before);

public class MemoryProbe : IMemoryProbe
{
    private readonly ActorContext _self;
    private int _calls;

    public MemoryProbe(ActorContext self)
    {
        _self = self;
        Activations[self.Key] = new(this);
    }

    public static ActorType Type { get; } = ActorType.Of<IMemoryProbe, MemoryProbe>("memory-probe");

    /// <summary>The last activation of each key.</summary>
    public static ConcurrentDictionary<string, WeakReference> Activations { get; } = new();

    public static ConcurrentDictionary<string, SemaphoreSlim> Blocks { get; } = new();

    public Task BlockAsync(RowText row, CancellationToken cancellationToken = default)
    {
        Blocks[_self.Key].Wait(TimeSpan.FromSeconds(20), cancellationToken);
        return Task.CompletedTask;
    }

    public async Task<Met> WriteAsync(RowText row, CancellationToken cancellationToken = default)
    {
        _calls++;
        var before = await _self.Rows.ReadAsync(row.Name, cancellationToken);
        await _self.Rows.CommitAsync([new(row.Name, Encoding.UTF8.GetBytes(row.Value ?? ""))]);
        return new(_calls, before is { } value ? Encoding.UTF8.GetString(value.Span) : null);
    }
}
