using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace ForgeOrleans.SingleNode;

/// <summary>What a caller holds: it implements the actor's interface and takes every call to the actor's turn.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives the references from it.")]
internal class ActorReference : DispatchProxy
{
    private SingleNodeActors _actors = null!;
    private ActorId _id;

    /// <summary>A reference to no actor yet, to make others of.</summary>
    public static ActorReference Create(Type @interface) => (ActorReference)Create(@interface, typeof(ActorReference));

    // Making a proxy takes reflection, copying one does not.
    public ActorReference To(ActorId id, SingleNodeActors actors)
    {
        var reference = (ActorReference)MemberwiseClone();
        (reference._actors, reference._id) = (actors, id);
        return reference;
    }

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _id.Kind.Methods[targetMethod!].Call(_actors, _id, args ?? []);
}
