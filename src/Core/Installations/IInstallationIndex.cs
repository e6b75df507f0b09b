using ForgeOrleans.Hosting;

namespace ForgeOrleans.Installations;

/// <summary>
/// One shard of the list of an app's installations. Actors cannot be enumerated, so a new installation enters itself here before its
/// admission completes. Its key is <c>{appId}/{shard}</c>.
/// </summary>
public interface IInstallationIndex
{
    /// <summary>Enters an installation, or does nothing when it is entered already. Durable when the task completes.</summary>
    /// <param name="entry">The installation, and under which names it is found in this shard.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task EnterAsync(IndexEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Lists installations of this shard in the order of their ids.</summary>
    /// <param name="query">From where, how many, or of which site.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<IndexPage> ListAsync(IndexQuery query, CancellationToken cancellationToken = default);

    /// <summary>Removes an installation, or does nothing when it is not entered. Durable when the task completes.</summary>
    /// <param name="removal">The installation, and under which name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task RemoveAsync(IndexRemoval removal, CancellationToken cancellationToken = default);
}

/// <summary>An installation in the index.</summary>
/// <param name="InstallationId">The installation's uuid.</param>
/// <param name="FirstSeen">When it was entered.</param>
/// <param name="EnvironmentId">The uuid of the app's environment that it is an installation of, if that is known.</param>
public sealed record IndexedInstallation(string InstallationId, DateTimeOffset FirstSeen, string? EnvironmentId = null);

/// <summary>Enters an installation into a shard.</summary>
/// <param name="Installation">The installation.</param>
/// <param name="SiteId">The cloud id or workspace id to find it by, or null to enter it into the list.</param>
public sealed record IndexEntry(IndexedInstallation Installation, string? SiteId);

/// <summary>Removes an installation from a shard.</summary>
/// <param name="InstallationId">The installation's uuid.</param>
/// <param name="SiteId">The cloud id or workspace id that it was found by, or null to remove it from the list.</param>
public sealed record IndexRemoval(string InstallationId, string? SiteId);

/// <summary>Asks a shard for installations.</summary>
/// <param name="SiteId">Only those of this cloud id or workspace id; null lists the shard's own.</param>
/// <param name="After">Begin behind this installation's id.</param>
/// <param name="Limit">How many at the most.</param>
public sealed record IndexQuery(string? SiteId = null, string? After = null, int Limit = 100);

/// <summary>Installations of a shard.</summary>
/// <param name="Installations">The installations, in the order of their ids; none behind the last.</param>
public sealed record IndexPage(IReadOnlyList<IndexedInstallation> Installations);
