using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>The messages of the actors, and how they are written between silos.</summary>
internal static class Messages
{
    /// <summary>What the silos and their clients write messages with.</summary>
    public static JsonSerializerOptions Json { get; } = WireOptions();

    /// <summary>Every type that an actor's methods take or return, or that is in one of those.</summary>
    public static IReadOnlyList<Type> Types { get; } = Find();

    public static IReadOnlyList<MethodInfo> MethodsOf(ActorType actor) =>
        [.. actor.Interface.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal)];

    public static JsonTypeInfo InfoOf(Type type) => Json.GetTypeInfo(type);

    public static bool IsToken(Type type) => type == typeof(AccessToken);

    private static Type[] Find()
    {
        var found = new HashSet<Type>();
        foreach (var method in GrainsOfActorsTests.Actors.SelectMany(MethodsOf))
        {
            foreach (var parameter in method.GetParameters())
                Add(parameter.ParameterType, found);
            Add(method.ReturnType, found);
        }
        return [.. found.OrderBy(type => type.FullName, StringComparer.Ordinal)];
    }

    private static void Add(Type type, HashSet<Type> found)
    {
        foreach (var argument in type.GetGenericArguments())
            Add(argument, found);
        if (type.HasElementType)
            Add(type.GetElementType()!, found);
        if (type.Namespace?.StartsWith(nameof(ForgeOrleans), StringComparison.Ordinal) != true || type.IsArray || !found.Add(type) || type.IsEnum)
            return;
        foreach (var property in InfoOf(type).Properties)
            Add(property.PropertyType, found);
    }

    private static JsonSerializerOptions WireOptions()
    {
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddForgeGrainKinds();
        foreach (var actor in GrainsOfActorsTests.Actors)
            services.AddSingleton(actor);
        var options = services.AddForgeMessages().BuildServiceProvider().GetRequiredService<IOptions<JsonCodecOptions>>().Value.SerializerOptions;
        // A copy: what tests ask of it must not fix it for anybody.
        return new(options) { TypeInfoResolver = options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver() };
    }
}
