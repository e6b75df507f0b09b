using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>Keeps the actors of one process: an activation for a key while it is used.</summary>
internal sealed class SingleNodeActors : IActors
{
    private readonly ConcurrentDictionary<ActorId, Activation> _activations = new();
    private readonly FrozenDictionary<Type, ActorKind> _kinds;
    private readonly FrozenDictionary<string, ActorKind> _kindsByName;
    private readonly Func<ActorId, Activation> _activate;

    public SingleNodeActors(IEnumerable<ActorType> types, SqliteStore store, IServiceProvider services, TimeProvider clock)
    {
        _kinds = types.Select(type => new ActorKind(type)).ToFrozenDictionary(kind => kind.Type.Interface);
        _kindsByName = _kinds.Values.ToFrozenDictionary(kind => kind.Type.Name);
        _activate = id =>
        {
            var rows = new ActivationRows(store, id.Kind.Type.Name, id.Key);
            return new(id.Kind.Create(services, new(id.Key, rows, rows)), rows, clock);
        };
    }

    /// <summary>How many actors are in memory.</summary>
    public int Active => _activations.Count;

    public TActor Get<TActor>(string key) where TActor : class
    {
        if (!_kinds.TryGetValue(typeof(TActor), out var kind))
            throw new InvalidOperationException($"No actor is registered for {typeof(TActor)}. Add its ActorType to the remote.");
        return (TActor)(object)kind.Reference.To(new(kind, key), this);
    }

    /// <summary>Calls an actor by the name that it is stored under, as an alarm does.</summary>
    /// <returns>False when this program has no such actor, or one that has no alarms.</returns>
    public async Task<bool> RingAsync(string kindName, string key, CancellationToken cancellationToken)
    {
        if (!_kindsByName.TryGetValue(kindName, out var kind) || !typeof(IAlarmed).IsAssignableFrom(kind.Type.Class))
            return false;
        await RunAsync<bool>(
            new(kind, key),
            async (actor, _) =>
            {
                await ((IAlarmed)actor).OnAlarmAsync(cancellationToken);
                return true;
            },
            []);
        return true;
    }

    public async Task<T> RunAsync<T>(ActorId id, Func<object, object?[], Task<T>> turn, object?[] arguments)
    {
        // A caller that has gone away while others had their turns takes none.
        var cancellation = arguments is [.., CancellationToken token] ? token : default;
        while (true)
        {
            var activation = _activations.GetOrAdd(id, _activate);
            if (!await activation.EnterAsync())
                continue;
            try
            {
                cancellation.ThrowIfCancellationRequested();
                return await turn(activation.Actor, arguments);
            }
            finally
            {
                if (!activation.Leave())
                    _activations.TryRemove(new(id, activation));
            }
        }
    }

    /// <summary>Lets go of the actors that have not been called for so long.</summary>
    public void Retire(TimeSpan idle)
    {
        foreach (var (id, activation) in _activations)
            if (activation.RetireIfIdle(idle))
                _activations.TryRemove(new(id, activation));
    }
}

/// <summary>Which actor.</summary>
internal readonly record struct ActorId(ActorKind Kind, string Key);

/// <summary>A kind of actor with what builds and calls it, made once.</summary>
internal sealed class ActorKind
{
    public ActorKind(ActorType type)
    {
        Type = type;
        Create = type.CreateFactory();
        Reference = ActorReference.Create(type.Interface);
        Methods = type.Interface.GetMethods().ToFrozenDictionary(method => method, ActorMethod.For);
    }

    public ActorType Type { get; }

    public Func<IServiceProvider, ActorContext, object> Create { get; }

    /// <summary>What references to actors of the kind are made of.</summary>
    public ActorReference Reference { get; }

    public FrozenDictionary<MethodInfo, ActorMethod> Methods { get; }
}
