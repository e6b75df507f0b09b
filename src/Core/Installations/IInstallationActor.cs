using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

/// <summary>The actor of one installation: what the site is, and its access tokens until they expire. Its key is the installation's uuid.</summary>
public interface IInstallationActor
{
    /// <summary>Takes in what an invocation says that is new. What is admitted is durable when the task completes.</summary>
    /// <param name="request">The verified facts and the tokens that came with them.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<Admission> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Hands out a token that the site has, with at least <see cref="AccessToken.SafetyMargin"/> left.</summary>
    /// <param name="request">Whose token.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The token, or null when the site has none that lasts.</returns>
    [Idempotent]
    Task<AccessToken?> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells what is known of the installation.</summary>
    /// <param name="request">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The facts, or null when the installation was never admitted.</returns>
    [Idempotent]
    Task<InstallationFacts?> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells until when the site's access tokens last.</summary>
    /// <param name="request">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<TokenExpiries> DescribeTokensAsync(DescribeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells where the installation stands in its life.</summary>
    /// <param name="request">What else to tell.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its life, or null when the installation was never admitted.</returns>
    [Idempotent]
    Task<InstallationLife?> DescribeLifeAsync(LifeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Takes in that the app was installed, upgraded or uninstalled. What follows from it is durable when the task completes.</summary>
    /// <param name="note">Which.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its life now, or null when the installation was never admitted.</returns>
    [Idempotent]
    Task<InstallationLife?> NoteLifecycleAsync(LifecycleNote note, CancellationToken cancellationToken = default);

    /// <summary>Takes in how the site's products answer the app: whether it still seems to be installed.</summary>
    /// <param name="note">How.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Its life now, or null when the installation was never admitted.</returns>
    [Idempotent]
    Task<InstallationLife?> NoteProductAsync(ProductNote note, CancellationToken cancellationToken = default);

    /// <summary>Erases all that is kept of the installation: its documents, its work, its tokens, what it is. The decision is durable when the task completes.</summary>
    /// <param name="erasure">When that was decided.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<InstallationErasureAnswer> EraseAsync(InstallationErasure erasure, CancellationToken cancellationToken = default);

    /// <summary>Exports all that is kept of the installation, apart from tokens, a page at a time.</summary>
    /// <param name="query">From where.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Rows whose names begin with <c>installation/</c>, <c>site-state/</c>, <c>work-queue/</c> or <c>realm-migration/</c>.</returns>
    [Idempotent]
    Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default);

    /// <summary>Takes over the documents of a former installation of the same app on the same site; none of this one's own is overwritten. The decision is durable when the task completes.</summary>
    /// <param name="request">Of which.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<AdoptionAnswer> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken = default);
}

/// <summary>What an invocation tells an installation.</summary>
/// <param name="Facts">What its token says of the installation.</param>
/// <param name="System">The app's own access token, if it came.</param>
/// <param name="Principal">The user in session, if one is.</param>
/// <param name="User">That user's access token, if it came.</param>
public sealed record AdmissionRequest(InstallationFacts Facts, AccessToken? System = null, string? Principal = null, AccessToken? User = null);

/// <summary>Whether an invocation is served.</summary>
public enum Admission
{
    /// <summary>It is.</summary>
    Admitted,

    /// <summary>The installation is known under another app's id: one app can never reach another's data.</summary>
    RefusedOtherApp,

    /// <summary>The installation's data was erased after the invocation was issued.</summary>
    RefusedErased,
}

/// <summary>Whose access token is wanted.</summary>
/// <param name="AccountId">A user's account id, or null for the app's own.</param>
public sealed record TokenRequest(string? AccountId);

/// <summary>Asks an installation what it is.</summary>
public sealed record DescribeRequest
{
    /// <summary>The only one there is.</summary>
    public static DescribeRequest Instance { get; } = new();
}
