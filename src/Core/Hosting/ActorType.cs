using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Hosting;

/// <summary>One kind of actor: its interface, its class, and the name under which its state is stored.</summary>
/// <param name="Name">The stored name. Once published it never changes: existing rows would no longer be found.</param>
/// <param name="Interface">What callers see.</param>
/// <param name="Class">What runs; built with an <see cref="ActorContext"/> and services.</param>
public sealed record ActorType(string Name, Type Interface, Type Class)
{
    /// <summary>Describes an actor whose class is <typeparamref name="TClass"/>.</summary>
    /// <typeparam name="TInterface">The actor's interface.</typeparam>
    /// <typeparam name="TClass">The actor's class.</typeparam>
    /// <param name="name">The stored name.</param>
    public static ActorType Of<TInterface, TClass>(string name) where TClass : class, TInterface =>
        new(name, typeof(TInterface), typeof(TClass));

    /// <summary>Returns what builds an activation of this actor.</summary>
    public Func<IServiceProvider, ActorContext, object> CreateFactory()
    {
        var factory = ActivatorUtilities.CreateFactory(Class, [typeof(ActorContext)]);
        return (services, context) => factory(services, [context]);
    }
}
