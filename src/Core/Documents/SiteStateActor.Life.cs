using System.Runtime.InteropServices;
using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

public partial class SiteStateActor
{
    private const string ErasureRow = "erased";
    private const string AllDocuments = "document/";

    private bool _isErasureKnown;
    private ErasedRow? _erased;

    /// <inheritdoc/>
    public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) =>
        self.Rows.ExportAsync(query, DocumentsToAdopt.MostDocuments, cancellationToken);

    /// <inheritdoc/>
    public async Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default)
    {
        var erased = await ErasureAsync(cancellationToken);
        if (erased is null || erased.At < request.DecidedAt)
        {
            // First of all nothing comes in any more. The number of the last version stays: none is ever used again.
            var version = SiteVersion.Read(await self.Rows.ReadAsync(VersionRow, cancellationToken));
            var next = new ErasedRow(request.DecidedAt, HasRestarted: false);
            await self.Rows.CommitAsync([new(ErasureRow, StoredJson.Write(next)), new(VersionRow, new SiteVersion(version.Last, []).Write())]);
            (_erased, _version, _lastPage, _outbox) = (next, null, null, null);
        }
        else if (erased.HasRestarted)
        {
            return new(true);
        }
        var page = await self.Rows.ListAsync(new("", MostRows: IActorRows.MostChanges), cancellationToken);
        var rest = page.Rows.Where(row => row.Name is not (ErasureRow or VersionRow)).Select(row => new RowChange(row.Name, null)).ToList();
        _lastPage = null;
        if (rest.Count > 0)
            await self.Rows.CommitAsync(rest);
        return new(!page.HasMore);
    }

    /// <inheritdoc/>
    public async Task RestartAsync(RestartRequest request, CancellationToken cancellationToken = default)
    {
        if (await ErasureAsync(cancellationToken) is not { HasRestarted: false } erased || erased.At > request.ErasedAt)
            return;
        var next = erased with { HasRestarted = true };
        await self.Rows.CommitAsync([new(ErasureRow, StoredJson.Write(next))]);
        _erased = next;
    }

    /// <inheritdoc/>
    public async Task<AdoptedDocuments> AdoptAsync(DocumentsToAdopt documents, CancellationToken cancellationToken = default)
    {
        if (await IsErasedAsync(documents.IssuedAt, cancellationToken))
            return new(0, 0);
        var version = _version ??= SiteVersion.Read(await self.Rows.ReadAsync(VersionRow, cancellationToken));
        var next = version.Next(null, 0, clock.GetUtcNow());
        var (rows, copied, kept) = (new List<RowChange>(), 0, 0);
        foreach (var document in documents.Documents.Where(document => document.Name.StartsWith(AllDocuments, StringComparison.Ordinal)))
        {
            var content = document.Value.GetProperty("document");
            if (await self.Rows.ReadAsync(document.Name, cancellationToken) is not { } own)
                rows.Add(new(document.Name, DocumentRow.Write(next.Last, JsonMarshal.GetRawUtf8Value(content))));
            else if (!JsonElement.DeepEquals(RowExport.Parse(own).GetProperty("document"), content))
            {
                kept++;
                continue;
            }
            // One that is the same already was copied by a call whose answer was lost, or might have been.
            copied++;
        }
        if (rows.Count > 0)
        {
            rows.Add(new(VersionRow, next.Write()));
            _lastPage = null;
            await self.Rows.CommitAsync(rows);
            _version = next;
        }
        return new(copied, kept);
    }

    private async ValueTask<bool> IsErasedAsync(DateTimeOffset? issuedAt, CancellationToken cancellationToken) =>
        await ErasureAsync(cancellationToken) is { } erased && !(erased.HasRestarted && issuedAt > erased.At);

    private async ValueTask<ErasedRow?> ErasureAsync(CancellationToken cancellationToken)
    {
        if (_isErasureKnown)
            return _erased;
        _erased = await self.Rows.ReadAsync(ErasureRow, cancellationToken) is { } row ? StoredJson.Read<ErasedRow>(row) : null;
        _isErasureKnown = true;
        return _erased;
    }
}

/// <summary>What is left of a site's documents once they were erased.</summary>
/// <param name="At">When that was decided.</param>
/// <param name="HasRestarted">The site has begun anew since; what was issued before is refused all the same.</param>
internal sealed record ErasedRow(DateTimeOffset At, bool HasRestarted);
