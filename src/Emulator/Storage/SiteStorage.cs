using System.Text.Json.Nodes;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>What the app has stored on one installation, and all that it can do with it. One request at a time.</summary>
internal sealed class SiteStorage(TimeProvider clock)
{
    private const string Plain = "plain";
    private const string Secret = "secret";

    private readonly Lock _turn = new();
    private readonly Dictionary<string, StorageSpace> _spaces = [];

    public JsonNode? Get(StorageRequest request) => Locked(now => GetFrom(request, Plain, null, now));

    public JsonNode? GetSecret(StorageRequest request) => Locked(now => GetFrom(request, Secret, null, now));

    public JsonNode? GetEntity(StorageRequest request) => Locked(now => GetFrom(request, null, request.RequireEntity(), now));

    public JsonNode? Set(StorageRequest request) => Locked(now => SetIn(request, Plain, null, StorageRules.LargestValue, now));

    public JsonNode? SetSecret(StorageRequest request) => Locked(now => SetIn(request, Secret, null, StorageRules.LargestSecret, now));

    public JsonNode? SetEntity(StorageRequest request) => Locked(now => SetIn(request, null, request.RequireEntity(), StorageRules.LargestValue, now));

    public JsonNode? Delete(StorageRequest request) => Locked(_ => DeleteFrom(request, Plain, null));

    public JsonNode? DeleteSecret(StorageRequest request) => Locked(_ => DeleteFrom(request, Secret, null));

    public JsonNode? DeleteEntity(StorageRequest request) => Locked(_ => DeleteFrom(request, null, request.RequireEntity()));

    public JsonNode? Query(StorageRequest request) => Locked(now => StorageQueries.Plain(request, Space(Plain, null), now));

    public JsonNode? QueryEntity(StorageRequest request) => Locked(now =>
    {
        var entity = request.RequireEntity();
        return StorageQueries.Entities(request, entity, Space(null, entity), now);
    });

    public JsonNode? GetBatch(StorageRequest request) => Locked(now => StorageBatch.Run(request, item => GetFrom(item, Plain, item.Entity(), now)));

    public JsonNode? SetBatch(StorageRequest request) => Locked(now => StorageBatch.Run(request, item =>
    {
        SetIn(item, Plain, item.Entity(), StorageRules.LargestValue, now);
        return null;
    }));

    public JsonNode? DeleteBatch(StorageRequest request) => Locked(_ => StorageBatch.Run(request, item => DeleteFrom(item, Plain, item.Entity())));

    public JsonNode? Transact(StorageRequest request) => Locked(now =>
    {
        foreach (var change in StorageTransaction.Changes(request, entity => Space(Plain, entity), now))
        {
            change();
        }

        return (JsonNode?)null;
    });

    private T Locked<T>(Func<DateTimeOffset, T> operation)
    {
        lock (_turn)
        {
            return operation(clock.GetUtcNow());
        }
    }

    // An entity goes before the other name.
    private StorageSpace Space(string? name, StorageEntity? entity)
    {
        var key = entity is null ? name! : $"entity {entity.Name}";
        return _spaces.TryGetValue(key, out var space) ? space : _spaces[key] = new StorageSpace();
    }

    private JsonObject GetFrom(StorageRequest request, string? space, StorageEntity? entity, DateTimeOffset now)
    {
        var key = request.Key(entity is not null);
        var metadata = request.Options()?.Metadata("metadataFields") ?? [];
        var entry = Space(space, entity).Find(key, now) ?? throw StorageRefusedException.Absent();
        return entry.Shape(entity?.Name, metadata);
    }

    private JsonObject? SetIn(StorageRequest request, string? space, StorageEntity? entity, int most, DateTimeOffset now)
    {
        var key = request.Key(entity is not null);
        var value = request.Value(entity, most);
        var options = request.Options();
        var timeToLive = options?.TimeToLive();
        var keyPolicy = options?.OneOf("keyPolicy", "OVERRIDE", "OVERRIDE", "FAIL_IF_EXISTS");
        var returnValue = options?.OneOf("returnValue", "", "", "PREVIOUS", "LATEST");
        var metadata = options?.Metadata("returnMetadataFields") ?? [];
        if (keyPolicy is "FAIL_IF_EXISTS" && returnValue is not "")
        {
            throw StorageRefusedException.BadRequest("A \"returnValue\" comes with the key policy OVERRIDE only.");
        }

        var previous = Space(space, entity).Find(key, now);
        if (keyPolicy is "FAIL_IF_EXISTS" && previous is not null)
        {
            throw StorageRefusedException.Exists();
        }

        var latest = Space(space, entity).Set(key, value, timeToLive, now);
        return returnValue switch
        {
            "PREVIOUS" => previous?.Shape(entity?.Name, metadata),
            "LATEST" => latest.Shape(entity?.Name, metadata),
            _ => null,
        };
    }

    private JsonObject? DeleteFrom(StorageRequest request, string? space, StorageEntity? entity)
    {
        Space(space, entity).Delete(request.Key(entity is not null));
        return null;
    }
}
