using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>
/// Keys and their values in one area of a site's Forge storage: the plain ones (<see cref="ForgeStorage"/>), secrets, or the entities of one name.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ForgeStorageLimitException"/> for what is beyond <see cref="StorageLimits"/>, mostly before anything is sent;
/// another <see cref="ForgeStorageException"/> for what the platform refuses; and what every product call throws: <see cref="TokenUnavailableException"/>
/// without an access token of the app, <see cref="HttpRequestException"/> when the platform cannot be reached.
/// </remarks>
public abstract class StorageArea
{
    private readonly StorageCalls _calls;
    private readonly string _path;
    private readonly string? _entityName;
    private readonly int _largestValue;

    private protected StorageArea(StorageCalls calls, string path, int largestValue, string? entityName = null) =>
        (_calls, _path, _largestValue, _entityName) = (calls, path, largestValue, entityName);

    /// <summary>Returns the value of a key; null, or the default of <typeparamref name="T"/>, when there is none.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="JsonException">The value is no <typeparamref name="T"/>.</exception>
    public async Task<T?> GetAsync<T>(string key, CancellationToken cancellationToken = default) =>
        await GetEntryAsync<T>(key, StorageMetadata.None, cancellationToken) is { } entry ? entry.Value : default;

    /// <summary>Returns the value of a key and what else is known of it; null when there is none.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="metadata">What is wanted beside the value.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="JsonException">The value is no <typeparamref name="T"/>.</exception>
    public async Task<StorageEntry<T>?> GetEntryAsync<T>(
        string key, StorageMetadata metadata = StorageMetadata.All, CancellationToken cancellationToken = default)
    {
        StorageLimits.CheckKey(key);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartObject();
            StorageCalls.WriteKey(request, key, _entityName);
            StorageCalls.WriteMetadataOptions(request, metadata);
            request.WriteEndObject();
        });
        var path = $"{_path}get";
        return await _calls.PostAsync(path, body, isIdempotent: true, cancellationToken) is { } found ? _calls.Entry<T>(found, path) : null;
    }

    /// <summary>Sets a key, whether it is there or not. Of two writers the last one wins.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">When it expires, from now; null for never. What it was before does not matter.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task SetAsync<T>(string key, T value, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default) =>
        SendAsync(key, value, request => StorageCalls.WriteTimeToLiveOptions(request, timeToLive), isIdempotent: true, cancellationToken);

    /// <summary>Sets a key that must not be there yet.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">When it expires, from now; null for never.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageConflictException">The key is there already.</exception>
    public Task CreateAsync<T>(string key, T value, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default) =>
        SendAsync(key, value, request => WriteOptions(request, timeToLive, "FAIL_IF_EXISTS"), isIdempotent: false, cancellationToken);

    /// <summary>Sets a key and returns what it was before; null when it was not there.</summary>
    /// <typeparam name="T">What both values are.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">When it expires, from now; null for never.</param>
    /// <param name="metadata">What to tell of the earlier value.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="JsonException">The earlier value is no <typeparamref name="T"/>. The new one is set.</exception>
    public async Task<StorageEntry<T>?> ExchangeAsync<T>(
        string key, T value, TimeSpan? timeToLive = null, StorageMetadata metadata = StorageMetadata.None, CancellationToken cancellationToken = default)
    {
        var previous = await SendAsync(
            key, value, request => WriteOptions(request, timeToLive, "OVERRIDE", "PREVIOUS", metadata), isIdempotent: false, cancellationToken);
        return previous is { } found ? _calls.Entry<T>(found, $"{_path}set") : null;
    }

    /// <summary>Sets a key and returns the entry as it is now, with its times.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeToLive">When it expires, from now; null for never.</param>
    /// <param name="metadata">What to tell of it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<StorageEntry<T>> SetAndGetAsync<T>(
        string key, T value, TimeSpan? timeToLive = null, StorageMetadata metadata = StorageMetadata.All, CancellationToken cancellationToken = default)
    {
        var latest = await SendAsync(
            key, value, request => WriteOptions(request, timeToLive, "OVERRIDE", "LATEST", metadata), isIdempotent: false, cancellationToken);
        return _calls.Entry<T>(latest ?? throw StorageCalls.Odd($"{_path}set"), $"{_path}set");
    }

    /// <summary>Deletes a key. Nothing happens when it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        StorageLimits.CheckKey(key);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartObject();
            StorageCalls.WriteKey(request, key, _entityName);
            request.WriteEndObject();
        });
        await _calls.PostAsync($"{_path}delete", body, isIdempotent: true, cancellationToken);
    }

    private async Task<JsonElement?> SendAsync<T>(
        string key, T value, Action<Utf8JsonWriter> writeOptions, bool isIdempotent, CancellationToken cancellationToken)
    {
        StorageLimits.CheckKey(key);
        var json = _calls.Value(value, _largestValue, _entityName is not null);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartObject();
            StorageCalls.WriteKey(request, key, _entityName);
            StorageCalls.WriteValue(request, json);
            writeOptions(request);
            request.WriteEndObject();
        });
        return await _calls.PostAsync($"{_path}set", body, isIdempotent, cancellationToken);
    }

    private static void WriteOptions(
        Utf8JsonWriter request, TimeSpan? timeToLive, string keyPolicy, string? returnValue = null, StorageMetadata metadata = StorageMetadata.None)
    {
        request.WriteStartObject("options");
        StorageCalls.WriteTimeToLive(request, timeToLive);
        request.WriteString("keyPolicy", keyPolicy);
        if (returnValue is not null)
            request.WriteString("returnValue", returnValue);
        StorageCalls.WriteMetadata(request, "returnMetadataFields", metadata);
        request.WriteEndObject();
    }
}
