using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

public partial class InstallationActor
{
    /// <inheritdoc/>
    public Task<InstallationLife?> DescribeLifeAsync(LifeRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<InstallationLife?> NoteLifecycleAsync(LifecycleNote note, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<InstallationLife?> NoteProductAsync(ProductNote note, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<InstallationErasureAnswer> EraseAsync(InstallationErasure erasure, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<AdoptionAnswer> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
