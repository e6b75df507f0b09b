using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

public partial class SiteStateActor
{
    /// <inheritdoc/>
    public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task RestartAsync(RestartRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<AdoptedDocuments> AdoptAsync(DocumentsToAdopt documents, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
