using System.Collections.Frozen;
using ForgeOrleans.Hosting;
using Orleans.Serialization.Cloning;

namespace ForgeOrleans.Grains;

/// <summary>
/// Which types are messages of actors: those that live beside the actors' interfaces. They are immutable records, so within a process they are
/// passed on as they are; between processes they go as JSON, of which a newer version's members can be left unread by an older one.
/// </summary>
/// <param name="actors">All actors.</param>
internal sealed class MessageTypes(IEnumerable<ActorType> actors) : IGeneralizedCopier
{
    private readonly FrozenSet<System.Reflection.Assembly> _assemblies = actors.Select(actor => actor.Interface.Assembly).ToFrozenSet();

    public bool IsSupportedType(Type type) =>
        _assemblies.Contains(type.Assembly) && type is { IsInterface: false, IsGenericType: false } && !typeof(Exception).IsAssignableFrom(type);

    public object? DeepCopy(object? input, CopyContext context) => input;
}
