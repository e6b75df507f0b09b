using System.Text;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>An actor's rows, to look at and to put there.</summary>
internal sealed class RowsInMemory : IActorRows, IAlarm
{
    private readonly SortedDictionary<string, string> _rows = new(StringComparer.Ordinal);

    public ActorContext Self => new(Samples.InstallationId, this, this);

    public string? this[string name]
    {
        get => _rows.GetValueOrDefault(name);
        set => _rows[name] = value!;
    }

    public static InstallationActor Installation(RowsInMemory rows, DateTimeOffset now) => new(
        rows.Self, new OneIndex(), new(), new Reversed(), Options.Create(new LifecycleOptions()), new StandingClock(now), NullLogger<InstallationActor>.Instance);

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        new(this[name] is { } value ? new ReadOnlyMemory<byte>?(Encoding.UTF8.GetBytes(value)) : null);

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default) => new(new RowPage(
        [.. _rows.Where(row => row.Key.StartsWith(query.Prefix, StringComparison.Ordinal)).Select(row => new ActorRow(row.Key, Encoding.UTF8.GetBytes(row.Value)))],
        false));

    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes)
            _rows[change.Name] = Encoding.UTF8.GetString(change.Value!.Value.Span);
        return Task.CompletedTask;
    }

    public Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes) => CommitAsync(changes);

    public Task ClearAsync() => Task.CompletedTask;

    private sealed class OneIndex : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class => (TActor)(object)new InstallationIndexActor(new RowsInMemory().Self);
    }

    /// <summary>No encryption, so that what is written is the same every time.</summary>
    private sealed class Reversed : ITokenProtection
    {
        public byte[] Protect(string installationId, ReadOnlySpan<byte> token) => [.. token.ToArray().Reverse()];

        public byte[]? Unprotect(string installationId, ReadOnlySpan<byte> protectedToken) => [.. protectedToken.ToArray().Reverse()];
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
