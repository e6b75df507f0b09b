using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>What the app has stored on one installation, and all that it can do with it. One request at a time.</summary>
internal sealed class SiteStorage(TimeProvider clock, Changes changes)
{
    private const string Plain = "plain";
    private const string Secret = "secret";
    private const string EntityPrefix = "entity ";

    private readonly Lock _turn = new();
    private readonly Dictionary<string, StorageSpace> _spaces = [];
    private long _version;

    /// <summary>The number of the last change.</summary>
    public long Version => Volatile.Read(ref _version);

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

        changes.Mark(ref _version);
        return (JsonNode?)null;
    });

    /// <summary>How much there is.</summary>
    public StorageCounts Counts() => Locked(Counts);

    /// <summary>A page of all there is.</summary>
    public StorageReport Report(StoragePlace? after, int limit) => Locked(now =>
    {
        var page = Everything(now)
            .Select(found => (Place: new StoragePlace(found.Kind, found.Entity ?? "", found.Entry.Key), Found: found))
            .Where(found => after is null || found.Place.CompareTo(after.Value) > 0)
            .OrderBy(found => found.Place)
            .Take(limit + 1)
            .ToList();
        return new StorageReport(
            Counts(now),
            [.. page.Take(limit).Select(found => StorageEntryReport.Of(found.Found.Kind, found.Found.Entity, found.Found.Entry))],
            page.Count > limit ? page[limit - 1].Place.ToString() : null);
    });

    private StorageCounts Counts(DateTimeOffset now)
    {
        var all = Everything(now).ToList();
        return new StorageCounts(
            all.Count(found => found.Kind is StoredKind.Value),
            all.Count(found => found.Kind is StoredKind.Secret),
            all.Count(found => found.Kind is StoredKind.Entity),
            all.Sum(found => (long)StorageEntryReport.BytesOf(found.Entry)));
    }

    private IEnumerable<(StoredKind Kind, string? Entity, StoredEntry Entry)> Everything(DateTimeOffset now) => _spaces.SelectMany(space =>
        space.Value.Entries(now).Select(entry => space.Key switch
        {
            Plain => (StoredKind.Value, (string?)null, entry),
            Secret => (StoredKind.Secret, null, entry),
            _ => (StoredKind.Entity, space.Key[EntityPrefix.Length..], entry),
        }));

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
        var key = entity is null ? name! : EntityPrefix + entity.Name;
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
        changes.Mark(ref _version);
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
        changes.Mark(ref _version);
        return null;
    }
}
