using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>
/// Forge storage of the site that a handler runs for: what the app's functions have in <c>@forge/kvs</c>, over REST and with the app's access token
/// (contract section 6). A handler takes it as a parameter. What is its own are plain keys; <see cref="Secrets"/> and <see cref="Entity"/> have theirs.
/// </summary>
/// <remarks>The manifest needs the scopes <c>storage:app</c> and <c>read:app-system-token</c>. Users have no part in it.</remarks>
public sealed class ForgeStorage : StorageArea
{
    private const string Path = "query";

    private readonly StorageCalls _calls;
    private readonly StorageBatches _batches;

    /// <summary>The storage of a site.</summary>
    /// <param name="products">The site's products.</param>
    /// <param name="options">How values are written.</param>
    /// <param name="clock">Tells how long the platform asks to wait.</param>
    public ForgeStorage(ForgeProducts products, IOptions<ForgeStorageOptions> options, TimeProvider clock)
        : this(new StorageCalls(products, options.Value.SerializerOptions, clock))
    {
    }

    private ForgeStorage(StorageCalls calls) : base(calls, "", StorageLimits.LargestValue)
    {
        _calls = calls;
        _batches = new(calls);
        Secrets = new(calls);
    }

    /// <summary>Values that the platform keeps encrypted.</summary>
    public StorageSecrets Secrets { get; }

    /// <summary>Returns the entities of a name.</summary>
    /// <param name="name">The name that the manifest has below <c>app.storage.entities</c>.</param>
    /// <exception cref="ForgeStorageLimitException">This can be no entity's name.</exception>
    public StorageEntity Entity(string name)
    {
        StorageLimits.CheckEntityName(name);
        return new(_calls, name);
    }

    /// <summary>Returns all plain values that a query finds, page by page as they are asked for.</summary>
    /// <typeparam name="T">What the values are.</typeparam>
    /// <param name="query">What is wanted; null for everything.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public IAsyncEnumerable<StorageEntry<T>> QueryAsync<T>(StorageQuery? query = null, CancellationToken cancellationToken = default)
    {
        var wanted = query ?? new();
        return StoragePages.EntriesAsync((cursor, token) => GetPageAsync<T>(wanted with { Cursor = cursor }, token), wanted.Cursor, Path, cancellationToken);
    }

    /// <summary>Returns one page of what a query finds among the plain values.</summary>
    /// <typeparam name="T">What the values are.</typeparam>
    /// <param name="query">What is wanted; null for everything.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<StoragePage<T>> GetPageAsync<T>(StorageQuery? query = null, CancellationToken cancellationToken = default)
    {
        var wanted = query ?? new();
        StorageLimits.CheckPageSize(wanted.PageSize);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartObject();
            request.WriteNumber("limit", wanted.PageSize);
            if (wanted.Cursor is not null)
                request.WriteString("after", wanted.Cursor);
            if (wanted.KeyPrefix is { Length: > 0 } prefix)
            {
                request.WriteStartArray("where");
                request.WriteStartObject();
                request.WriteString("property", "key");
                StorageCondition.BeginsWith(prefix).Write(request);
                request.WriteEndObject();
                request.WriteEndArray();
            }
            StorageCalls.WriteMetadataOptions(request, wanted.Metadata);
            request.WriteEndObject();
        });
        return _calls.Page<T>(await _calls.AskAsync(Path, body, cancellationToken), Path);
    }

    /// <summary>Reads up to <see cref="StorageLimits.MostOperations"/> keys at once, plain ones and those of entities.</summary>
    /// <typeparam name="T">What the values are; <see cref="System.Text.Json.JsonElement"/> where they differ.</typeparam>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="metadata">What is wanted beside the values.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageLimitException">There is no key, too many, or one twice.</exception>
    public Task<StorageBatchEntries<T>> GetBatchAsync<T>(
        IReadOnlyCollection<StorageKey> keys, StorageMetadata metadata = StorageMetadata.None, CancellationToken cancellationToken = default) =>
        _batches.GetAsync<T>(keys, metadata, cancellationToken);

    /// <summary>Sets up to <see cref="StorageLimits.MostOperations"/> keys at once. Some may fail while others do not; see <see cref="Transaction"/>.</summary>
    /// <param name="writes">What to set, each key once.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageLimitException">There is nothing to set, too much, or a key twice.</exception>
    public Task<StorageBatchResult> SetBatchAsync(IReadOnlyCollection<StorageWrite> writes, CancellationToken cancellationToken = default) =>
        _batches.SetAsync(writes, cancellationToken);

    /// <summary>Deletes up to <see cref="StorageLimits.MostOperations"/> keys at once. Some may fail while others do not; see <see cref="Transaction"/>.</summary>
    /// <param name="keys">The keys, each once.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageLimitException">There is no key, too many, or one twice.</exception>
    public Task<StorageBatchResult> DeleteBatchAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken = default) =>
        _batches.DeleteAsync(keys, cancellationToken);

    /// <summary>Begins a transaction. Nothing is sent before <see cref="StorageTransaction.ExecuteAsync"/>.</summary>
    public StorageTransaction Transaction() => new(_calls);
}
