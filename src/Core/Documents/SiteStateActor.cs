using System.Buffers.Text;
using System.Text;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Documents;

/// <summary>Keeps documents in rows, a row each, and nothing in memory but the number of the last version.</summary>
/// <remarks>
/// Versions count up over the whole site and are never used again, so that a version demanded of a document that was deleted and made
/// anew does not fit by accident.
/// </remarks>
/// <param name="self">The actor's rows.</param>
public class SiteStateActor(ActorContext self) : ISiteStateActor
{
    private const string VersionRow = "version";

    private long? _lastVersion;

    /// <inheritdoc/>
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
        await self.Rows.ReadAsync(DocumentRow.Name(name), cancellationToken) is { } row ? DocumentRow.Read(name.Key, row) : null;

    /// <inheritdoc/>
    public async Task<StoredPage> ListAsync(DocumentQuery query, CancellationToken cancellationToken = default)
    {
        var collection = DocumentRow.Name(new(query.Collection, ""));
        var after = query.After is null ? null : collection + query.After;
        var page = await self.Rows.ListAsync(new(collection + query.Prefix, after, query.Limit), cancellationToken);
        var documents = new StoredDocument[page.Rows.Count];
        for (var i = 0; i < documents.Length; i++)
            documents[i] = DocumentRow.Read(page.Rows[i].Name[collection.Length..], page.Rows[i].Value);
        return new(documents, page.Next?[collection.Length..]);
    }

    /// <inheritdoc/>
    public async Task<DocumentCommit> CommitAsync(DocumentChanges changes, CancellationToken cancellationToken = default)
    {
        var deleted = 0;
        foreach (var change in changes.Changes)
        {
            // The version is read only where something depends on it.
            if (change is { ExpectedVersion: null, Utf8Json: not null })
                continue;
            var current = await GetAsync(change.Name, cancellationToken);
            if (change.ExpectedVersion is { } expected && expected != (current?.Version ?? 0))
                return new(0, 0, new(change.Name, expected, current?.Version ?? 0));
            if (change.Utf8Json is null && current is not null)
                deleted++;
        }

        var version = await NextVersionAsync(cancellationToken);
        var rows = new List<RowChange>(changes.Changes.Count + 1);
        foreach (var change in changes.Changes)
            // Typed, or null would become an empty row: a null array converts to memory without bytes.
            rows.Add(new(DocumentRow.Name(change.Name), change.Utf8Json is { } json ? (ReadOnlyMemory<byte>?)DocumentRow.Write(version, json.Span) : null));
        rows.Add(new(VersionRow, Encoding.UTF8.GetBytes($"{version}")));
        await self.Rows.CommitAsync(rows);
        _lastVersion = version;
        return new(version, deleted, null);
    }

    private async ValueTask<long> NextVersionAsync(CancellationToken cancellationToken)
    {
        _lastVersion ??= await self.Rows.ReadAsync(VersionRow, cancellationToken) is { } row
            && Utf8Parser.TryParse(row.Span, out long stored, out _) ? stored : 0;
        return _lastVersion.Value + 1;
    }
}
