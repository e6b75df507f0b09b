using System.Collections.Concurrent;
using System.Reflection;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Documents;

/// <summary>Stands before a site's queue, in the processes that run the actors: a test says what comes of work that is brought there.</summary>
public sealed class QueueGate
{
    private static readonly ConcurrentDictionary<string, QueueGate> Gates = new();

    private readonly ConcurrentQueue<string> _passed = new();
    private int _tried;

    /// <summary>What is thrown instead of accepting a batch; nothing unless set.</summary>
    public Func<WorkBatch, Exception?> Refusal { get; set; } = _ => null;

    /// <summary>What a batch waits for before it gets to the queue.</summary>
    public Task Opened { get; set; } = Task.CompletedTask;

    /// <summary>How often work was brought here.</summary>
    public int Tried => Volatile.Read(ref _tried);

    /// <summary>The ids of the items that the queue has taken, in order.</summary>
    public IReadOnlyList<string> Passed => [.. _passed];

    public static QueueGate Of(string site) => Gates.GetOrAdd(site, _ => new());

    internal async Task<Acceptance> AcceptAsync(IWorkQueue queue, WorkBatch batch, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _tried);
        await Opened;
        if (Refusal(batch) is { } refusal)
            throw refusal;
        var answer = await queue.AcceptAsync(batch, cancellationToken);
        foreach (var item in batch.Items)
            _passed.Enqueue(item.ItemId);
        return answer;
    }
}

/// <summary>Puts the gates before the queues.</summary>
public static class QueueGates
{
    public static IServiceCollection AddQueueGates(this IServiceCollection services)
    {
        var actors = services.Last(service => service.ServiceType == typeof(IActors));
        services.Remove(actors);
        return services.AddSingleton<IActors>(provider => new GatedActors((IActors)actors.ImplementationFactory!(provider)));
    }

    private sealed class GatedActors(IActors actors) : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class => actors.Get<TActor>(key) is IWorkQueue queue && typeof(TActor) == typeof(IWorkQueue)
            ? (TActor)GatedQueue.Before(queue, QueueGate.Of(key))
            : actors.Get<TActor>(key);
    }
}

/// <summary>A queue with its gate.</summary>
public class GatedQueue : DispatchProxy
{
    private IWorkQueue _queue = null!;
    private QueueGate _gate = null!;

    internal static IWorkQueue Before(IWorkQueue queue, QueueGate gate)
    {
        var gated = Create<IWorkQueue, GatedQueue>();
        ((GatedQueue)gated)._queue = queue;
        ((GatedQueue)gated)._gate = gate;
        return gated;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IWorkQueue.AcceptAsync)
        ? _gate.AcceptAsync(_queue, (WorkBatch)args![0]!, (CancellationToken)args[1]!)
        : targetMethod.Invoke(_queue, args);
}
