using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Writes batches and reads what became of them.</summary>
internal sealed class StorageBatches(StorageCalls calls)
{
    private const string Name = "A batch";

    public async Task<StorageBatchEntries<T>> GetAsync<T>(IReadOnlyCollection<StorageKey> keys, StorageMetadata metadata, CancellationToken cancellationToken)
    {
        const string path = "batch/get";
        var body = Body(keys, key => key, (request, _) => StorageCalls.WriteMetadataOptions(request, metadata));
        var answer = await calls.AskAsync(path, body, cancellationToken);
        var failed = Failures(answer, path);
        return new(
            [.. StorageCalls.Items(answer, "successfulKeys", path).Select(item => (Key(item, path), calls.Entry<T>(item, path)))],
            [.. failed.Where(failure => StorageErrors.IsAbsent(failure.Error)).Select(failure => failure.Key)],
            [.. failed.Where(failure => !StorageErrors.IsAbsent(failure.Error))]);
    }

    public Task<StorageBatchResult> SetAsync(IReadOnlyCollection<StorageWrite> writes, CancellationToken cancellationToken) => ResultAsync(
        "batch/set",
        Body(writes, write => write.Key, (request, write) =>
        {
            StorageCalls.WriteValue(request, calls.Value(write.Value, write.Key.EntityName is not null));
            StorageCalls.WriteTimeToLiveOptions(request, write.TimeToLive);
        }),
        cancellationToken);

    public Task<StorageBatchResult> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) =>
        ResultAsync("batch/delete", Body(keys, key => key, (_, _) => { }), cancellationToken);

    public static void ThrowIfAny(IReadOnlyList<StorageFailure> failed)
    {
        if (failed is not [var first, ..])
            return;
        throw new ForgeStorageException(
            ForgeErrorCode.BadGateway,
            first.Error,
            $"{failed.Count} operations of a batch of Forge storage failed and the others did not; the first, for '{first.Key.Key}', with {first.Error}: {first.Message}");
    }

    /// <exception cref="ForgeStorageLimitException">A key comes twice, or one is none.</exception>
    public static void CheckKeys(IEnumerable<StorageKey> keys, string of)
    {
        var seen = new HashSet<StorageKey>();
        foreach (var key in keys)
        {
            StorageLimits.CheckKey(key.Key);
            if (key.EntityName is { } entity)
                StorageLimits.CheckEntityName(entity);
            if (!seen.Add(key))
                throw new ForgeStorageLimitException(
                    StorageErrors.BadRequest, $"{of} of Forge storage has each key once; '{key.Key}' comes twice. Leave one out, or make two.");
        }
    }

    private async Task<StorageBatchResult> ResultAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var answer = await calls.AskAsync(path, body, cancellationToken);
        return new([.. StorageCalls.Items(answer, "successfulKeys", path).Select(item => Key(item, path))], Failures(answer, path));
    }

    private static byte[] Body<T>(IReadOnlyCollection<T> items, Func<T, StorageKey> keyOf, Action<Utf8JsonWriter, T> writeRest)
    {
        ArgumentNullException.ThrowIfNull(items);
        StorageLimits.CheckOperations(items.Count, Name);
        CheckKeys(items.Select(keyOf), Name);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartArray();
            foreach (var item in items)
            {
                request.WriteStartObject();
                StorageCalls.WriteKey(request, keyOf(item).Key, keyOf(item).EntityName);
                writeRest(request, item);
                request.WriteEndObject();
            }
            request.WriteEndArray();
        });
        StorageLimits.CheckRequest(body.Length, Name);
        return body;
    }

    private static List<StorageFailure> Failures(JsonElement answer, string path) =>
    [
        .. StorageCalls.Items(answer, "failedKeys", path).Select(item =>
        {
            var error = item.TryGetProperty("error", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            var isThere = error.ValueKind == JsonValueKind.Object;
            return new StorageFailure(
                Key(item, path), (isThere ? StorageCalls.Text(error, "code") : null) ?? "UNKNOWN_ERROR", (isThere ? StorageCalls.Text(error, "message") : null) ?? "");
        }),
    ];

    private static StorageKey Key(JsonElement item, string path) => item.ValueKind == JsonValueKind.Object && StorageCalls.Text(item, "key") is { } key
        ? new(key, StorageCalls.Text(item, "entityName"))
        : throw StorageCalls.Odd(path);
}
