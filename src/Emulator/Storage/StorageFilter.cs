using System.Text.Json;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Conditions for attributes, of which all must hold or any.</summary>
internal sealed record StorageFilter(bool IsAny, IReadOnlyList<(string Attribute, StorageCondition Condition)> Conditions)
{
    /// <summary>Reads <c>{and: […]}</c> or <c>{or: […]}</c> below a name; null where there is none.</summary>
    public static StorageFilter? Read(StorageRequest request, string name)
    {
        if (request.Find(name) is not { } json)
        {
            return null;
        }

        var filter = request with { Json = json };
        if (filter.Has("and") && filter.Has("or"))
        {
            throw StorageRefusedException.Because(
                "INVALID_FILTER_OPERATORS_COMBINATION", "Filter operators \"and\" and \"or\" cannot be present at the same level.");
        }

        var isAny = filter.Has("or");
        var conditions = filter.Requests(isAny ? "or" : "and");
        return conditions.Count is 0
            ? throw StorageRefusedException.Because("EMPTY_FILTER_OPERATOR", "Filter operators \"and\" and \"or\" cannot be empty.")
            : new StorageFilter(isAny, [.. conditions.Select(condition => (Property(condition), StorageCondition.Read(condition, isRange: false)))]);
    }

    /// <summary>Whether it holds for an entity, or for one that is not there.</summary>
    public bool Holds(JsonElement? entity)
    {
        return IsAny ? Conditions.Any(HoldsOne) : Conditions.All(HoldsOne);

        bool HoldsOne((string Attribute, StorageCondition Condition) one) =>
            one.Condition.Holds(entity is { } value && value.TryGetProperty(one.Attribute, out var attribute) ? attribute : null);
    }

    private static string Property(StorageRequest condition) => condition.Text("property") is { Length: > 0 } property
        ? property
        : throw StorageRefusedException.Because("QUERY_WHERE_FIELD_INVALID", "A condition of a filter names a \"property\".");
}
