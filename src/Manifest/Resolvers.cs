namespace ForgeOrleans.Manifest;

/// <summary>Finds the resolver endpoints of a module, which can have one for each of its views (<c>view</c>, <c>edit</c>, …).</summary>
internal static class Resolvers
{
    // YAML's aliases can make a module contain itself.
    private const int DeepestView = 6;

    public static IEnumerable<ManifestNode> Of(ManifestNode module) => Of(module, 0);

    private static IEnumerable<ManifestNode> Of(ManifestNode node, int depth) => node.Entries().SelectMany(entry => entry switch
    {
        ("resolver", { IsMapping: true } resolver) => resolver.Find("endpoint") is { } endpoint ? [endpoint] : [],
        (_, { IsMapping: true } view) when depth < DeepestView => Of(view, depth + 1),
        _ => Enumerable.Empty<ManifestNode>(),
    });
}
