using System.Buffers.Text;
using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Documents;

/// <summary>Keeps documents in rows, a row each, and in memory only the number of the last version and one small page.</summary>
/// <remarks>
/// A frontend asks for the same list again and again: while nothing changes, it is answered from memory.
/// Versions count up over the whole site and are never used again, so that a version demanded of a document that was deleted and made
/// anew does not fit by accident.
/// </remarks>
/// <param name="self">The actor's rows.</param>
public class SiteStateActor(ActorContext self) : ISiteStateActor
{
    private const string VersionRow = "version";

    // What a site costs in memory stays small, however large its pages are.
    private const int MostBytesKept = 8 * 1024;

    private long? _lastVersion;
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
        var deleted = 0;
        DocumentConflict? conflict = null;
        foreach (var change in changes.Changes)
        {
            // The version is read only where something depends on it.
            if (change is { ExpectedVersion: null, Utf8Json: not null })
                continue;
            var current = await GetAsync(change.Name, cancellationToken);
            if (change.ExpectedVersion is { } expected && expected != (current?.Version ?? 0))
                conflict ??= new(change.Name, expected, current?.Version ?? 0);
            // What is gone when a call is repeated was, as far as anybody can tell, deleted by it.
            if (change.Utf8Json is null && (current is not null || changes.IsRepetition))
                deleted++;
        }
        if (conflict is not null)
            return changes.IsRepetition && await FindMadeAsync(changes, cancellationToken) is { } made ? made : new(0, 0, conflict);

        var version = await NextVersionAsync(cancellationToken);
        var rows = new List<RowChange>(changes.Changes.Count + 1);
        foreach (var change in changes.Changes)
            // Typed, or null would become an empty row: a null array converts to memory without bytes.
            rows.Add(new(DocumentRow.Name(change.Name), change.Utf8Json is { } json ? (ReadOnlyMemory<byte>?)DocumentRow.Write(version, json.Span) : null));
        rows.Add(new(VersionRow, Encoding.UTF8.GetBytes($"{version}")));
        _lastPage = null;
        await self.Rows.CommitAsync(rows);
        _lastVersion = version;
        return new(version, deleted, null);
    }

    // Documents written together have one version, so all of them with one version and this content are this commit's.
    private async ValueTask<DocumentCommit?> FindMadeAsync(DocumentChanges changes, CancellationToken cancellationToken)
    {
        long? version = null;
        foreach (var change in changes.Changes)
        {
            var current = await GetAsync(change.Name, cancellationToken);
            if (change.Utf8Json is not { } json)
            {
                if (current is not null)
                    return null;
                continue;
            }
            if (current is null || (version ?? current.Version) != current.Version || !current.Utf8Json.Span.SequenceEqual(json.Span))
                return null;
            version = current.Version;
        }
        return new(version ?? 0, changes.Changes.Count(change => change.Utf8Json is null), null);
    }

    private async ValueTask<long> NextVersionAsync(CancellationToken cancellationToken)
    {
        _lastVersion ??= await self.Rows.ReadAsync(VersionRow, cancellationToken) is { } row
            && Utf8Parser.TryParse(row.Span, out long stored, out _) ? stored : 0;
        return _lastVersion.Value + 1;
    }
}
