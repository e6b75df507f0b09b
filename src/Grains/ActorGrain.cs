namespace ForgeOrleans.Grains;

/// <summary>Which grain an actor is: the actor's interface, and what makes a reference to the grain.</summary>
/// <param name="Actor">The actor's interface.</param>
/// <param name="Reference">Makes a reference to the grain with a key.</param>
public sealed record ActorGrain(Type Actor, Func<IGrainFactory, string, object> Reference)
{
    /// <summary>Says that an actor's grain is <typeparamref name="TGrain"/>.</summary>
    /// <typeparam name="TActor">The actor's interface.</typeparam>
    /// <typeparam name="TGrain">The grain's interface.</typeparam>
    public static ActorGrain Of<TActor, TGrain>() where TGrain : class, TActor, IGrainWithStringKey =>
        new(typeof(TActor), static (grains, key) => grains.GetGrain<TGrain>(key));
}
