using ForgeOrleans.Hosting;

namespace ForgeOrleans.Documents;

/// <summary>Keeps documents in rows, a row each, and in memory only the number of the last version and one small page.</summary>
/// <remarks>
/// A frontend asks for the same list again and again: while nothing changes, it is answered from memory.
/// Versions count up over the whole site and are never used again, so that a version demanded of a document that was deleted and made
/// anew does not fit by accident.
/// </remarks>
/// <param name="self">The actor's rows.</param>
/// <param name="clock">Tells how long ago a commit was made.</param>
public partial class SiteStateActor(ActorContext self, TimeProvider clock) : ISiteStateActor
{
    private const string VersionRow = "version";

    // What a site costs in memory stays small, however large its pages are.
    private const int MostBytesKept = 8 * 1024;

    private SiteVersion? _version;
    private (DocumentQuery Query, StoredPage Page)? _lastPage;

    /// <inheritdoc/>
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
        await self.Rows.ReadAsync(DocumentRow.Name(name), cancellationToken) is { } row ? DocumentRow.Read(name.Key, row) : null;

    /// <inheritdoc/>
    public async Task<StoredPage> ListAsync(DocumentQuery query, CancellationToken cancellationToken = default)
    {
        if (_lastPage is { } last && last.Query == query)
            return last.Page;
        var collection = DocumentRow.Name(new(query.Collection, ""));
        var after = query.After is null ? null : collection + query.After;
        var page = await self.Rows.ListAsync(new(collection + query.Prefix, after, query.Limit), cancellationToken);
        var documents = new StoredDocument[page.Rows.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = DocumentRow.Read(page.Rows[i].Name[collection.Length..], page.Rows[i].Value);
        var answer = new StoredPage(documents, page.Next?[collection.Length..]);
        _lastPage = page.Rows.Sum(row => row.Value.Length) <= MostBytesKept ? (query, answer) : null;
        return answer;
    }

    /// <inheritdoc/>
    public async Task<DocumentCommit> CommitAsync(DocumentChanges changes, CancellationToken cancellationToken = default)
    {
        if (await IsErasedAsync(changes.IssuedAt, cancellationToken))
            return new(0, 0, null, IsErased: true);
        var version = _version ??= SiteVersion.Read(await self.Rows.ReadAsync(VersionRow, cancellationToken));
        if (changes.IsRepetition && version.Find(changes.Id) is { } made)
            return new(made.Version, made.Deleted, null);

        var deleted = 0;
        foreach (var change in changes.Changes)
        {
            // A document is read only where something depends on its version.
            if (change is { ExpectedVersion: null, Utf8Json: not null })
                continue;
            var current = await GetAsync(change.Name, cancellationToken);
            if (change.ExpectedVersion is { } expected && expected != (current?.Version ?? 0))
                return new(0, 0, new(change.Name, expected, current?.Version ?? 0));
            if (change.Utf8Json is null && current is not null)
                deleted++;
        }

        var next = version.Next(changes.Id, deleted, clock.GetUtcNow());
        var rows = new List<RowChange>(changes.Changes.Count + 1);
        foreach (var change in changes.Changes)
            // Typed, or null would become an empty row: a null array converts to memory without bytes.
            rows.Add(new(DocumentRow.Name(change.Name), change.Utf8Json is { } json ? (ReadOnlyMemory<byte>?)DocumentRow.Write(next.Last, json.Span) : null));
        rows.Add(new(VersionRow, next.Write()));
        _lastPage = null;
        await self.Rows.CommitAsync(rows);
        _version = next;
        return new(next.Last, deleted, null);
    }
}
