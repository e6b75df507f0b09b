namespace ForgeOrleans.Hosting;

/// <summary>Finds actors. A host implements it: one process keeps them itself, a cluster asks its silos.</summary>
public interface IActors
{
    /// <summary>
    /// Returns a reference to the actor with this key. Nothing is created or read before the first call; a reference stays valid for as
    /// long as the host runs, whether or not the actor is in memory.
    /// </summary>
    /// <typeparam name="TActor">The actor's interface, as registered with <see cref="ActorType"/>.</typeparam>
    /// <param name="key">The actor's key; for an actor of a site, the installation's uuid in lowercase.</param>
    /// <exception cref="InvalidOperationException">No actor is registered for <typeparamref name="TActor"/>.</exception>
    TActor Get<TActor>(string key) where TActor : class;
}
