using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>All that two versions of silos must agree on, a line each, so that a difference reads by itself.</summary>
internal static class PublishedList
{
    public static IEnumerable<string> Lines() => [.. GrainsOfActorsTests.Actors.SelectMany(OfActor), .. Messages.Types.SelectMany(OfMessage), .. OfEnum(typeof(ForgeErrorCode)), .. OfState(typeof(StoredRows))];

    private static IEnumerable<string> OfActor(ActorType actor)
    {
        yield return $"actor {actor.Name}: {Name(actor.Interface)}";
        var grain = typeof(ActorGrain).Assembly.GetTypes().Single(type => type.IsInterface && type != actor.Interface && actor.Interface.IsAssignableFrom(type));
        yield return $"actor {actor.Name}: grain interface {Name(grain)}, alias {grain.GetCustomAttribute<AliasAttribute>()?.Alias ?? "none"}";
        foreach (var method in Messages.MethodsOf(actor))
        {
            var parameters = string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
            var isIdempotent = method.IsDefined(typeof(IdempotentAttribute)) ? ", may be repeated" : "";
            yield return $"actor {actor.Name}: {method.Name}({parameters}) returns {Name(method.ReturnType)}{isIdempotent}";
        }
        foreach (var id in CallIds(actor.Interface).Order(StringComparer.Ordinal))
            yield return $"actor {actor.Name}: {id}";
    }

    // What Orleans' generator has put beside every call: the names that it travels under.
    private static IEnumerable<string> CallIds(Type actor) =>
        from call in typeof(ActorGrain).Assembly.GetTypes()
        from alias in call.GetCustomAttributes<CompoundTypeAliasAttribute>()
        where alias.Components.Contains(actor)
        select "call id " + string.Join(" ", alias.Components.Select(component => component is Type type ? Name(type) : component));

    private static IEnumerable<string> OfMessage(Type type)
    {
        if (type.IsEnum)
            return OfEnum(type);
        if (Messages.IsToken(type))
            return [$"message {Name(type)}: an array of its expiry in milliseconds and its bytes in base64"];
        var members = Messages.InfoOf(type).Properties.OrderBy(member => member.Name, StringComparer.Ordinal).Select(member =>
            $"message {Name(type)}: {(member.IsExtensionData ? "members of newer versions in " : "")}{member.Name} {Name(member.PropertyType)}{Demand(member)}");
        return [$"message {Name(type)}", .. members];
    }

    private static string Demand(JsonPropertyInfo member) => member switch
    {
        { IsRequired: true } => ", required",
        { AssociatedParameter: { HasDefaultValue: true } parameter } =>
            string.Create(CultureInfo.InvariantCulture, $", optional, {parameter.DefaultValue ?? "null"} unless given"),
        _ => "",
    };

    private static IEnumerable<string> OfEnum(Type type) =>
        Enum.GetNames(type).Select(name => $"enum {Name(type)}: {name} = {(int)Enum.Parse(type, name)}");

    private static IEnumerable<string> OfState(Type type) =>
    [
        $"state {Name(type)}, alias {type.GetCustomAttribute<AliasAttribute>()?.Alias}",
        .. type.GetProperties().Select(member => $"state {Name(type)}: {member.Name} {Name(member.PropertyType)}, id {member.GetCustomAttribute<IdAttribute>()?.Id}"),
    ];

    // With its assembly: it is part of a type's name between silos.
    private static string Name(Type type) => type switch
    {
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericType: true } => $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ when type.Assembly == typeof(object).Assembly => type.Name,
        _ => $"{type.FullName} ({type.Assembly.GetName().Name})",
    };
}
