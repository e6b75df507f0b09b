using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ForgeOrleans.Documents;

/// <summary>A collection of JSON documents of one site, each with a key and a version.</summary>
/// <typeparam name="T">What the documents are.</typeparam>
public sealed class DocumentCollection<T>
{
    private readonly SiteState _state;
    private readonly string _name;

    internal DocumentCollection(SiteState state, string name)
    {
        DocumentLimits.CheckCollection(name);
        (_state, _name) = (state, name);
    }

    /// <summary>Reads a document.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The document, or null.</returns>
    /// <exception cref="ForgeException">The key is empty or too long.</exception>
    public async Task<Document<T>?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        await _state.Actor.GetAsync(NameOf(key), cancellationToken) is { } stored ? Read(stored) : null;

    /// <summary>Writes a document. It is durable when the task completes.</summary>
    /// <param name="key">Its key: 1 to <see cref="SiteState.LongestKey"/> characters.</param>
    /// <param name="value">Its content: at most <see cref="SiteState.LargestDocument"/> bytes of JSON.</param>
    /// <param name="expectedVersion">Demands that the document has this version; 0 demands that it does not exist.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The document's version now.</returns>
    /// <exception cref="DocumentConflictException">The document has another version.</exception>
    /// <exception cref="ForgeException">The key or the document is beyond its limit.</exception>
    public async Task<long> PutAsync(string key, T value, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        (await _state.ApplyAsync(new([Put(key, value, expectedVersion)]), cancellationToken)).Version;

    /// <summary>Deletes a document. It is durable when the task completes.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="expectedVersion">Demands that the document has this version.</param>
    /// <param name="cancellationToken">Gives up before anything is deleted.</param>
    /// <returns>Whether there was such a document.</returns>
    /// <exception cref="DocumentConflictException">The document has another version.</exception>
    public async Task<bool> DeleteAsync(string key, long? expectedVersion = null, CancellationToken cancellationToken = default) =>
        (await _state.ApplyAsync(new([Delete(key, expectedVersion)]), cancellationToken)).Deleted > 0;

    /// <summary>Lists a page of documents in the order of their keys.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="limit">How many at the most: 1 to <see cref="SiteState.MostDocuments"/>. A page of large documents may have fewer.</param>
    /// <param name="after">Go on behind this key: the last page's <see cref="DocumentPage{T}.Next"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeException">The limit is out of range, or the prefix or key too long.</exception>
    public async Task<DocumentPage<T>> ListAsync(
        string prefix = "", int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > SiteState.MostDocuments)
            throw new ForgeException(ForgeErrorCode.InvalidRequest, $"A page has 1 to {SiteState.MostDocuments} documents; {limit} were asked for.");
        if (prefix.Length > 0)
            NameOf(prefix);
        if (after is not null)
            NameOf(after);
        var page = await _state.Actor.ListAsync(new(_name, prefix, after, limit), cancellationToken);
        var documents = new Document<T>[page.Documents.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = Read(page.Documents[i]);
        return new(documents, page.Next);
    }

    /// <summary>Lists all documents, reading page after page. What changes meanwhile may be seen or not.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="after">Begin behind this key.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<Document<T>> ListAllAsync(
        string prefix = "", string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        do
        {
            var page = await ListAsync(prefix, 100, after, cancellationToken);
            foreach (var document in page.Documents)
                yield return document;
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Describes writing a document, for <see cref="SiteState"/>'s <c>CommitAsync</c>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its content.</param>
    /// <param name="expectedVersion">Demands that the document has this version; 0 demands that it does not exist.</param>
    /// <exception cref="ForgeException">The key or the document is beyond its limit.</exception>
    public DocumentChange Put(string key, T value, long? expectedVersion = null)
    {
        var change = new DocumentChange(NameOf(key), JsonSerializer.SerializeToUtf8Bytes(value, _state.Json), expectedVersion);
        DocumentLimits.Check(change);
        return change;
    }

    /// <summary>Describes deleting a document, for <see cref="SiteState"/>'s <c>CommitAsync</c>.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="expectedVersion">Demands that the document has this version.</param>
    /// <exception cref="ForgeException">The key is empty or too long.</exception>
    public DocumentChange Delete(string key, long? expectedVersion = null) => new(NameOf(key), null, expectedVersion);

    private DocumentName NameOf(string key)
    {
        var name = new DocumentName(_name, key);
        DocumentLimits.Check(name);
        return name;
    }

    private Document<T> Read(StoredDocument stored) =>
        new(stored.Key, stored.Version, JsonSerializer.Deserialize<T>(stored.Utf8Json.Span, _state.Json)!);
}

/// <summary>A document.</summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="Key">Its key.</param>
/// <param name="Version">Its version: greater with every change on the site, and never used again.</param>
/// <param name="Value">Its content.</param>
public sealed record Document<T>(string Key, long Version, T Value);

/// <summary>A page of documents.</summary>
/// <typeparam name="T">What they are.</typeparam>
/// <param name="Documents">The documents, in the order of their keys.</param>
/// <param name="Next">The key to go on behind, or null at the end.</param>
public sealed record DocumentPage<T>(IReadOnlyList<Document<T>> Documents, string? Next);
