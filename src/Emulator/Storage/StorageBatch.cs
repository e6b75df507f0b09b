using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Operations that succeed or fail each by itself.</summary>
internal static class StorageBatch
{
    /// <summary>Carries out each item, and tells what became of it.</summary>
    public static JsonObject Run(StorageRequest request, Func<StorageRequest, JsonObject?> operation)
    {
        if (request.Json.ValueKind is not JsonValueKind.Array)
        {
            throw StorageRefusedException.BadRequest("Provided request body is invalid: a list of operations is expected.");
        }

        var items = request.Json.EnumerateArray().Select(item => request with { Json = item }).ToList();
        StorageRules.CheckOperations(items.Count);
        if (items.DistinctBy(Name).Count() < items.Count)
        {
            throw StorageRefusedException.BadRequest("There are several operations for the same key or entity.");
        }

        var (succeeded, failed) = (new JsonArray(), new JsonArray());
        foreach (var item in items)
        {
            try
            {
                succeeded.Add((JsonNode)(operation(item) ?? Shape(item)));
            }
            catch (StorageRefusedException refusal)
            {
                var failure = Shape(item);
                failure["error"] = new JsonObject { ["code"] = refusal.Code, ["message"] = refusal.Message };
                failed.Add((JsonNode)failure);
            }
        }

        return new JsonObject { ["successfulKeys"] = succeeded, ["failedKeys"] = failed };
    }

    /// <summary>What may come only once in a request.</summary>
    public static (string? Entity, string? Key) Name(StorageRequest item) => (item.Text("entityName"), item.Text("key"));

    private static JsonObject Shape(StorageRequest item)
    {
        var (entity, key) = Name(item);
        var shape = new JsonObject { ["key"] = key };
        if (entity is not null)
        {
            shape["entityName"] = entity;
        }

        return shape;
    }
}
