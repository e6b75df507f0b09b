using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>The entities of one name, as the manifest declares them below <c>app.storage.entities</c>: objects that can be found by their attributes.</summary>
public sealed class StorageEntity : StorageArea
{
    private const string Path = "entity/query";

    private readonly StorageCalls _calls;
    private readonly string _name;

    internal StorageEntity(StorageCalls calls, string name)
        : base(calls, "entity/", StorageLimits.LargestValue, name) => (_calls, _name) = (calls, name);

    /// <summary>Returns all entities that a query finds, page by page as they are asked for.</summary>
    /// <typeparam name="T">What the entities are.</typeparam>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageRequestException">The manifest has no such entity or index, as it is deployed on this site.</exception>
    public IAsyncEnumerable<StorageEntry<T>> QueryAsync<T>(EntityQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return StoragePages.EntriesAsync((cursor, token) => GetPageAsync<T>(query with { Cursor = cursor }, token), query.Cursor, Path, cancellationToken);
    }

    /// <summary>Returns one page of what a query finds.</summary>
    /// <typeparam name="T">What the entities are.</typeparam>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageRequestException">The manifest has no such entity or index, as it is deployed on this site.</exception>
    public async Task<StoragePage<T>> GetPageAsync<T>(EntityQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentException.ThrowIfNullOrEmpty(query.Index);
        StorageLimits.CheckPageSize(query.PageSize);
        if (query.Range is { IsForRange: false } range)
            throw new ArgumentException($"An index cannot be limited by '{range}': use it as a filter.", nameof(query));
        return _calls.Page<T>(await _calls.AskAsync(Path, StorageCalls.Body(body => Write(body, query)), cancellationToken), Path);
    }

    private void Write(Utf8JsonWriter body, EntityQuery query)
    {
        body.WriteStartObject();
        body.WriteString("entityName", _name);
        body.WriteString("indexName", query.Index);
        if (query.Partition.Count > 0)
        {
            body.WriteStartArray("partition");
            foreach (var value in query.Partition)
                value.Write(body);
            body.WriteEndArray();
        }
        if (query.Range is { } range)
        {
            body.WriteStartObject("range");
            range.Write(body);
            body.WriteEndObject();
        }
        query.Filter?.Write(body, "filters");
        if (query.Descending)
            body.WriteString("sort", "DESC");
        body.WriteNumber("limit", query.PageSize);
        if (query.Cursor is not null)
            body.WriteString("cursor", query.Cursor);
        StorageCalls.WriteMetadataOptions(body, query.Metadata);
        body.WriteEndObject();
    }
}

/// <summary>Values that the platform keeps encrypted. They come up in no query.</summary>
public sealed class StorageSecrets : StorageArea
{
    internal StorageSecrets(StorageCalls calls) : base(calls, "secret/", StorageLimits.LargestSecret)
    {
    }
}
