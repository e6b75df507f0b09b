using System.Collections.Frozen;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>Finds actors in a cluster: a reference to an actor is a reference to its grain, wherever that is.</summary>
/// <param name="grains">Makes references; throws where the cluster cannot be reached.</param>
/// <param name="kinds">The grains of all actors.</param>
public sealed class GrainActors(Func<IGrainFactory> grains, IEnumerable<ActorGrain> kinds) : IActors
{
    private readonly FrozenDictionary<Type, ActorGrain> _kinds = kinds.ToFrozenDictionary(kind => kind.Actor);

    /// <inheritdoc/>
    public TActor Get<TActor>(string key) where TActor : class => _kinds.TryGetValue(typeof(TActor), out var kind)
        ? (TActor)kind.Reference(grains(), key)
        : throw new InvalidOperationException($"No grain is registered for {typeof(TActor)}. Add its ActorGrain to the remote.");
}
