using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Operations that succeed together or fail together.</summary>
internal static class StorageTransaction
{
    /// <summary>Checks everything, and returns what is to be done.</summary>
    public static IReadOnlyList<Action> Changes(StorageRequest request, Func<StorageEntity?, StorageSpace> spaceOf, DateTimeOffset now)
    {
        var (sets, deletes, checks) = (request.Requests("set"), request.Requests("delete"), request.Requests("check"));
        List<StorageRequest> all = [.. sets, .. deletes, .. checks];
        StorageRules.CheckOperations(all.Count);
        if (all.DistinctBy(StorageBatch.Name).Count() < all.Count)
        {
            throw StorageRefusedException.BadRequest("Each key can only be used once in a transaction.");
        }

        foreach (var check in checks)
        {
            if (!check.Has("conditions") || !check.Has("entityName"))
            {
                throw StorageRefusedException.BadRequest("A check has an \"entityName\" and \"conditions\".");
            }

            Prepare(check, spaceOf, now);
        }

        List<Action> changes = [];
        foreach (var set in sets)
        {
            var (key, entity, space) = Prepare(set, spaceOf, now);
            var value = set.Value(entity, StorageRules.LargestValue);
            var timeToLive = set.Options()?.TimeToLive();
            changes.Add(() => space.Set(key, value, timeToLive, now));
        }

        foreach (var delete in deletes)
        {
            var (key, _, space) = Prepare(delete, spaceOf, now);
            changes.Add(() => space.Delete(key));
        }

        return changes;
    }

    /// <summary>Reads an operation's key, and demands its conditions.</summary>
    private static (string Key, StorageEntity? Entity, StorageSpace Space) Prepare(
        StorageRequest operation, Func<StorageEntity?, StorageSpace> spaceOf, DateTimeOffset now)
    {
        var entity = operation.Entity();
        var key = operation.Key(entity is not null);
        var conditions = StorageFilter.Read(operation, "conditions");
        if (conditions is not null && entity is null)
        {
            throw StorageRefusedException.BadRequest("Only entities have conditions: an operation with \"conditions\" has an \"entityName\".");
        }

        var space = spaceOf(entity);
        return conditions?.Holds(space.Find(key, now)?.Value) is false
            ? throw StorageRefusedException.ConditionFailed(key)
            : (key, entity, space);
    }
}
