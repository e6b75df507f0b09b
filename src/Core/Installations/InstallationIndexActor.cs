using ForgeOrleans.Hosting;

namespace ForgeOrleans.Installations;

/// <summary>Keeps one shard of the index in rows, and nothing in memory.</summary>
/// <param name="self">The actor's rows.</param>
public class InstallationIndexActor(ActorContext self) : IInstallationIndex
{
    /// <inheritdoc/>
    public async Task EnterAsync(IndexEntry entry, CancellationToken cancellationToken = default)
    {
        var name = Prefix(entry.SiteId) + entry.Installation.InstallationId;
        var known = await self.Rows.ReadAsync(name, cancellationToken) is { } stored ? StoredJson.Read<IndexedInstallation>(stored) : null;
        var entered = known is null ? entry.Installation : known with { EnvironmentId = known.EnvironmentId ?? entry.Installation.EnvironmentId };
        if (entered != known)
            await self.Rows.CommitAsync([new(name, StoredJson.Write(entered))]);
    }

    /// <inheritdoc/>
    public async Task<IndexPage> ListAsync(IndexQuery query, CancellationToken cancellationToken = default)
    {
        var prefix = Prefix(query.SiteId);
        var after = query.After is null ? null : prefix + query.After;
        var page = await self.Rows.ListAsync(new(prefix, after, query.Limit), cancellationToken);
        return new([.. page.Rows.Select(row => StoredJson.Read<IndexedInstallation>(row.Value)!)]);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(IndexRemoval removal, CancellationToken cancellationToken = default)
    {
        var name = Prefix(removal.SiteId) + removal.InstallationId;
        if (await self.Rows.ReadAsync(name, cancellationToken) is not null)
            await self.Rows.CommitAsync([new(name, null)]);
    }

    private static string Prefix(string? siteId) => siteId is null ? "installation/" : $"site/{siteId}/";
}
