using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Finds entries: plain ones by the beginning of their keys, entities by an index.</summary>
internal static class StorageQueries
{
    private const string ByKey = "by-key";

    public static JsonObject Plain(StorageRequest request, StorageSpace space, DateTimeOffset now)
    {
        var limit = request.Limit("LIST_QUERY_LIMIT_EXCEEDED");
        var prefix = Prefix(request);
        var query = $"key {prefix}";
        var placed = space.Entries(now)
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => (entry, new StorageCursor(query, [Text(entry.Key)])));
        return Page(request, placed, "after", query, limit, filter: null, isDescending: false, entityName: null);
    }

    public static JsonObject Entities(StorageRequest request, StorageEntity entity, StorageSpace space, DateTimeOffset now)
    {
        var limit = request.Limit("COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE");
        var index = Index(request, entity);
        var partition = Partition(request, index);
        var range = request.Find("range") is { } json ? StorageCondition.Read(request with { Json = json }, isRange: true) : null;
        var filter = StorageFilter.Read(request, "filters");
        var isDescending = request.OneOf("sort", "ASC", "ASC", "DESC") is "DESC";
        var query = $"entity {entity.Name} {index?.Name ?? ByKey} {string.Join(' ', partition.Select(value => value.GetRawText()))} {isDescending}";
        var placed =
            from entry in space.Entries(now)
            let place = Place(entry, index, partition)
            where place is not null && (range is null || range.Holds(place[0]))
            let cursor = new StorageCursor(query, place)
            orderby cursor
            select (entry, cursor);
        return Page(request, isDescending ? placed.Reverse() : placed, "cursor", query, limit, filter, isDescending, entity.Name);
    }

    // Like the platform's database: a page of the index is read, and then what does not match is left out.
    private static JsonObject Page(
        StorageRequest request,
        IEnumerable<(StoredEntry Entry, StorageCursor Place)> placed,
        string cursorName,
        string query,
        int limit,
        StorageFilter? filter,
        bool isDescending,
        string? entityName)
    {
        var metadata = request.Options()?.Metadata("metadataFields") ?? request.Metadata("metadataFields");
        if (request.Text(cursorName) is { Length: > 0 } text)
        {
            var after = StorageCursor.Read(text, query);
            placed = placed.Where(item => isDescending ? item.Place.CompareTo(after) < 0 : item.Place.CompareTo(after) > 0);
        }

        var read = placed.Take(limit + 1).ToList();
        var found = read.Take(limit).Where(item => filter?.Holds(item.Entry.Value) ?? true).Select(item => item.Entry.Shape(entityName, metadata));
        var page = new JsonObject { ["data"] = new JsonArray([.. found]) };
        if (read.Count > limit)
        {
            page["cursor"] = read[limit - 1].Place.Write();
        }

        return page;
    }

    private static string Prefix(StorageRequest request)
    {
        if (request.Items("where") is not { } where)
        {
            return "";
        }

        if (where.Count is not 1)
        {
            throw StorageRefusedException.Because("QUERY_WHERE_INVALID", "KVS queries should contain only a single \"where\" clause.");
        }

        var clause = request with { Json = where[0] };
        if (clause.Text("property") is not "key")
        {
            throw StorageRefusedException.Because("QUERY_WHERE_FIELD_INVALID", "The specified field is not supported for filters: only \"key\" is.");
        }

        var condition = StorageCondition.Read(clause, isRange: true);
        return condition.Name is "BEGINS_WITH"
            ? condition.Values[0].ToString()
            : throw StorageRefusedException.Because("INVALID_FILTER_CONDITION", "The specified condition is not supported for filters: only BEGINS_WITH is.");
    }

    /// <summary>The index that is named; null for the one by keys.</summary>
    private static StorageIndex? Index(StorageRequest request, StorageEntity entity) => request.Text("indexName") switch
    {
        ByKey => null,
        { } name when entity.Indexes.FirstOrDefault(index => index.Name == name) is { } declared => declared,
        var name => throw StorageRefusedException.Because(
            "INVALID_ENTITY_INDEX",
            $"The custom entity index provided is invalid: \"{entity.Name}\" has {string.Join(", ", entity.Indexes.Select(index => index.Name).Append(ByKey))}, not \"{name}\"."),
    };

    private static IReadOnlyList<JsonElement> Partition(StorageRequest request, StorageIndex? index)
    {
        var partition = request.Items("partition") ?? [];
        var attributes = index?.Partition ?? [];
        return partition.Count == attributes.Count && partition.All(StorageOrder.IsScalar) ? partition : throw StorageRefusedException.Because(
            "INVALID_ENTITY_INDEX",
            $"The index needs a value for each attribute of its partition ({string.Join(", ", attributes)}), in this order; {partition.Count} came.");
    }

    /// <summary>An entry's place in an index; null when it has not all of the index's attributes, or is of another partition.</summary>
    private static List<JsonElement>? Place(StoredEntry entry, StorageIndex? index, IReadOnlyList<JsonElement> partition)
    {
        if (index is null)
        {
            return [Text(entry.Key)];
        }

        for (var i = 0; i < partition.Count; i++)
        {
            if (!entry.Value.TryGetProperty(index.Partition[i], out var value) || StorageOrder.Compare(value, partition[i]) is not 0)
            {
                return null;
            }
        }

        var place = new List<JsonElement>();
        foreach (var attribute in index.Range)
        {
            if (!entry.Value.TryGetProperty(attribute, out var value) || !StorageOrder.IsScalar(value))
            {
                return null;
            }

            place.Add(value);
        }

        place.Add(Text(entry.Key));
        return place;
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text);
}
