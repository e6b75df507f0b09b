using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>Counts what installations are told.</summary>
internal sealed class CountingActors(IActors actors) : IActors
{
    private int _admissions;

    public int Admissions => Volatile.Read(ref _admissions);

    public TActor Get<TActor>(string key) where TActor : class =>
        actors.Get<TActor>(key) is IInstallationActor installation ? (TActor)(object)new Counted(installation, this) : actors.Get<TActor>(key);

    private sealed class Counted(IInstallationActor installation, CountingActors counter) : IInstallationActor
    {
        public Task<Admission> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref counter._admissions);
            return installation.AdmitAsync(request, cancellationToken);
        }

        public Task<AccessToken?> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken = default) =>
            installation.GetTokenAsync(request, cancellationToken);

        public Task<InstallationFacts?> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken = default) =>
            installation.DescribeAsync(request, cancellationToken);

        public Task<TokenExpiries> DescribeTokensAsync(DescribeRequest request, CancellationToken cancellationToken = default) =>
            installation.DescribeTokensAsync(request, cancellationToken);

        public Task<InstallationLife?> DescribeLifeAsync(LifeRequest request, CancellationToken cancellationToken = default) =>
            installation.DescribeLifeAsync(request, cancellationToken);

        public Task<InstallationLife?> NoteLifecycleAsync(LifecycleNote note, CancellationToken cancellationToken = default) =>
            installation.NoteLifecycleAsync(note, cancellationToken);

        public Task<InstallationLife?> NoteProductAsync(ProductNote note, CancellationToken cancellationToken = default) =>
            installation.NoteProductAsync(note, cancellationToken);

        public Task<InstallationErasureAnswer> EraseAsync(InstallationErasure erasure, CancellationToken cancellationToken = default) =>
            installation.EraseAsync(erasure, cancellationToken);

        public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) =>
            installation.ExportAsync(query, cancellationToken);

        public Task<AdoptionAnswer> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken = default) =>
            installation.AdoptAsync(request, cancellationToken);
    }
}
