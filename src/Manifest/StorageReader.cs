using System.Text.RegularExpressions;

namespace ForgeOrleans.Manifest;

/// <summary>Reads <c>app.storage.entities</c>, by the rules of the platform's own linter.</summary>
internal static partial class StorageReader
{
    private const string BuiltInIndex = "by-key";
    private const int ShortestName = 3;
    private const int LongestName = 60;
    private const int LongestAttribute = 30;
    private const int MostAttributes = 50;
    private const int MostIndexes = 7;

    public static List<StorageEntity> Read(ManifestNode app)
    {
        var entities = new List<StorageEntity>();
        foreach (var node in app.FindMapping("storage")?.Mappings("entities") ?? [])
        {
            var entity = ReadEntity(node);
            if (entities.Any(other => other.Name == entity.Name))
            {
                throw node.Problem($"there are two entities with the name \"{entity.Name}\"; names are unique.");
            }

            entities.Add(entity);
        }

        return entities;
    }

    private static StorageEntity ReadEntity(ManifestNode node)
    {
        var name = node.RequireText("name");
        if (name.Length is < ShortestName or > LongestName || !EntityName().IsMatch(name))
        {
            throw node.Find("name")!.Problem(
                $"\"{name}\" cannot name an entity: {ShortestName} to {LongestName} characters of a-z, 0-9, \":\", \"-\", \"_\" and single \".\".");
        }

        var attributes = node.RequireMapping("attributes").Entries()
            .ToDictionary(attribute => CheckedName(attribute.Name, attribute.Value), attribute => ReadType(attribute.Value));
        if (attributes.Count > MostAttributes)
        {
            throw node.Problem($"entity \"{name}\" has {attributes.Count} attributes; at most {MostAttributes} are allowed.");
        }

        var indexes = node.Find("indexes")?.Items().Select(index => ReadIndex(index, attributes)).ToList() ?? [];
        return indexes.Count <= MostIndexes && indexes.DistinctBy(index => index.Name).Count() == indexes.Count
            ? new StorageEntity(name, attributes, indexes)
            : throw node.Problem($"entity \"{name}\" has at most {MostIndexes} indexes, each with a name of its own.");
    }

    private static string CheckedName(string name, ManifestNode node) => name.Length <= LongestAttribute && AttributeName().IsMatch(name)
        ? name
        : throw node.Problem($"\"{name}\" cannot name an attribute: a letter, then letters, digits and \"_\", at most {LongestAttribute} characters.");

    private static StorageAttributeType ReadType(ManifestNode attribute) => attribute.RequireText("type") switch
    {
        "string" => StorageAttributeType.Text,
        "boolean" => StorageAttributeType.Flag,
        "integer" => StorageAttributeType.WholeNumber,
        "float" => StorageAttributeType.Number,
        "any" => StorageAttributeType.Any,
        var other => throw attribute.Find("type")!.Problem($"\"{other}\" is no attribute's type: it is string, boolean, integer, float or any."),
    };

    private static StorageIndex ReadIndex(ManifestNode node, Dictionary<string, StorageAttributeType> attributes)
    {
        if (!node.IsMapping)
        {
            return new StorageIndex(Declared(node), [], [Declared(node)]);
        }

        var index = new StorageIndex(node.RequireText("name"), Attributes("partition"), Attributes("range"));
        return index.Name is BuiltInIndex ? throw node.Problem($"\"{BuiltInIndex}\" is the index that every entity has; call it otherwise.")
            : index.Range.Count is 0 ? throw node.Problem($"index \"{index.Name}\" needs a range with the attribute that it is ordered by.")
            : index;

        List<string> Attributes(string list) => [.. node.Find(list)?.Items().Select(Declared) ?? []];

        string Declared(ManifestNode attribute) => attributes.ContainsKey(attribute.Text())
            ? attribute.Text()
            : throw attribute.Problem($"the index names the attribute \"{attribute.Text()}\", which the entity does not have.");
    }

    [GeneratedRegex(@"^(?![_.\-])(?!.*\.\.)[a-z0-9:\-_.]*(?<!\.)\z")]
    private static partial Regex EntityName();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9_]*\z")]
    private static partial Regex AttributeName();
}
