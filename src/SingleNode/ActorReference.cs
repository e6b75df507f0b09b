using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace ForgeOrleans.SingleNode;

/// <summary>What a caller holds: it implements the actor's interface and takes every call to the actor's turn.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives the references from it.")]
internal class ActorReference : DispatchProxy
{
    private SingleNodeActors _actors = null!;
    private ActorId _id;

    public static object Create(SingleNodeActors actors, ActorId id)
    {
        var reference = Create(id.Kind.Type.Interface, typeof(ActorReference));
        ((ActorReference)reference)._actors = actors;
        ((ActorReference)reference)._id = id;
        return reference;
    }

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _id.Kind.Methods[targetMethod!].Call(_actors, _id, args ?? []);
}
