using System.Reflection;
using System.Text;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;
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

    /// <param name="rows">The site's rows.</param>
    /// <param name="accepted">Takes what is brought to the site's queue.</param>
    public static SiteStateActor SiteState(RowsInMemory rows, Action<WorkBatch>? accepted = null) =>
        new(rows.Self, new(new OneQueue(accepted), NullLogger<OutboxForwarder>.Instance), TimeProvider.System);

    public ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        new(this[name] is { } value ? new ReadOnlyMemory<byte>?(Encoding.UTF8.GetBytes(value)) : null);

    public ValueTask<RowPage> ListAsync(RowQuery query, CancellationToken cancellationToken = default)
    {
        ActorRow[] rows =
        [
            .. _rows
                .Where(row => row.Key.StartsWith(query.Prefix, StringComparison.Ordinal) && string.CompareOrdinal(row.Key, query.After) > 0)
                .Take(query.MostRows + 1)
                .Select(row => new ActorRow(row.Key, Encoding.UTF8.GetBytes(row.Value))),
        ];
        return new(rows.Length > query.MostRows ? new RowPage(rows[..^1], true) : new RowPage(rows, false));
    }

    public Task CommitAsync(IReadOnlyList<RowChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Value is { } value)
                _rows[change.Name] = Encoding.UTF8.GetString(value.Span);
            else
                _rows.Remove(change.Name);
        }
        return Task.CompletedTask;
    }

    public Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes) => CommitAsync(changes);

    public Task ClearAsync() => Task.CompletedTask;

    private sealed class OneIndex : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class => (TActor)(object)new InstallationIndexActor(new RowsInMemory().Self);
    }

    private sealed class OneQueue(Action<WorkBatch>? accepted) : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class
        {
            var queue = DispatchProxy.Create<TActor, AcceptingQueue>();
            ((AcceptingQueue)(object)queue).Accepted = accepted;
            return queue;
        }
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

/// <summary>A queue that accepts whatever comes, and does nothing else.</summary>
public class AcceptingQueue : DispatchProxy
{
    internal Action<WorkBatch>? Accepted { get; set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var batch = (WorkBatch)args![0]!;
        Accepted?.Invoke(batch);
        return Task.FromResult(new Acceptance([.. batch.Items.Select(item => new AcceptedItem(item.ItemId, false))]));
    }
}
