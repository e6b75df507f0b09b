using System.Collections.Concurrent;
using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>The storage of every installation. It is gone with the emulator; an installation that ended is never asked for again.</summary>
internal sealed class StorageService(TimeProvider clock, Changes changes, ILogger<StorageService> logger)
{
    private readonly ConcurrentDictionary<string, SiteStorage> _sites = new();

    public SiteStorage Of(Site site) => _sites.GetOrAdd(site.InstallationId, _ => new SiteStorage(clock, changes));

    /// <summary>The storage of a site, if anything was ever stored there or asked for.</summary>
    public SiteStorage? Find(Site site) => _sites.GetValueOrDefault(site.InstallationId);

    public void Served(string path, Site site) => StorageLog.Served(logger, path, site.Id);

    public void Refused(string path, string cause) => StorageLog.Refused(logger, path, cause);
}

internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Information, "Storage: {Path} on {Site}")]
    public static partial void Served(ILogger logger, string path, string site);

    [LoggerMessage(2, LogLevel.Information, "Storage: {Path} was refused: {Cause}")]
    public static partial void Refused(ILogger logger, string path, string cause);
}
