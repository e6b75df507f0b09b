using System.Runtime.CompilerServices;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Installations;

/// <summary>All installations of the apps that this remote serves: the shards put together.</summary>
/// <param name="actors">Finds the shards.</param>
public sealed class InstallationIndex(IActors actors)
{
    /// <summary>
    /// The number of shards of an app. It never changes: an installation is found by its hash. So many that the first admissions of a
    /// popular app do not queue at one actor, so few that a listing asks them all.
    /// </summary>
    public const int Shards = 64;

    /// <summary>Lists the installations of an app, shard by shard, in no order that means anything.</summary>
    /// <param name="appId">The app's uuid.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<IndexedInstallation> ListAsync(
        string appId, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var shard = 0; shard < Shards; shard++)
            await foreach (var installation in ListShardAsync(Key(appId, shard), null, cancellationToken))
                yield return installation;
    }

    /// <summary>Lists the installations of several apps from a position on, with the position of each: so a listing can be gone on with later.</summary>
    /// <param name="appIds">The apps' uuids.</param>
    /// <param name="after">Begin behind this; null begins at the first.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<(IndexPosition Position, IndexedInstallation Installation)> ListAsync(
        IReadOnlyList<string> appIds, IndexPosition? after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var app in appIds.SkipWhile(app => after is not null && app != after.AppId))
            for (var shard = app == after?.AppId ? after.Shard : 0; shard < Shards; shard++)
            {
                var from = app == after?.AppId && shard == after.Shard ? after.InstallationId : null;
                await foreach (var installation in ListShardAsync(Key(app, shard), null, cancellationToken, from))
                    yield return (new(app, shard, installation.InstallationId), installation);
            }
    }

    /// <summary>Finds the installations that a site has or had: more than one after a reinstall (contract section 8).</summary>
    /// <param name="appId">The app's uuid.</param>
    /// <param name="siteId">The site's cloud id, or the Bitbucket workspace's id without braces.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<IndexedInstallation>> FindAsync(string appId, string siteId, CancellationToken cancellationToken = default)
    {
        var found = new List<IndexedInstallation>();
        await foreach (var installation in ListShardAsync(KeyOf(appId, siteId), siteId, cancellationToken))
            found.Add(installation);
        return found;
    }

    internal static async Task RegisterAsync(IActors actors, InstallationFacts facts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var installation = new IndexedInstallation(facts.InstallationId, now, facts.EnvironmentId);
        await Task.WhenAll(SitesOf(facts)
            .Select(site => actors.Get<IInstallationIndex>(KeyOf(facts.AppId, site)).EnterAsync(new(installation, site), cancellationToken))
            .Append(actors.Get<IInstallationIndex>(KeyOf(facts.AppId, facts.InstallationId)).EnterAsync(new(installation, null), cancellationToken)));
    }

    internal static Task RemoveAsync(IActors actors, string appId, string installationId, IEnumerable<string> sites, CancellationToken cancellationToken) =>
        Task.WhenAll(sites
            .Select(site => actors.Get<IInstallationIndex>(KeyOf(appId, site)).RemoveAsync(new(installationId, site), cancellationToken))
            .Append(actors.Get<IInstallationIndex>(KeyOf(appId, installationId)).RemoveAsync(new(installationId, null), cancellationToken)));

    internal static string[] SitesOf(InstallationFacts facts) =>
        [.. facts.Contexts.SelectMany(context => new[] { context.CloudId, context.WorkspaceId }).OfType<string>().Distinct()];

    private async IAsyncEnumerable<IndexedInstallation> ListShardAsync(
        string key, string? siteId, [EnumeratorCancellation] CancellationToken cancellationToken, string? after = null)
    {
        var index = actors.Get<IInstallationIndex>(key);
        do
        {
            var page = (await index.ListAsync(new(siteId, after), cancellationToken)).Installations;
            foreach (var installation in page)
                yield return installation;
            after = page.Count > 0 ? page[^1].InstallationId : null;
        }
        while (after is not null);
    }

    private static string KeyOf(string appId, string id) => Key(appId, (int)(Hash(id) % Shards));

    private static string Key(string appId, int shard) => $"{appId}/{shard:00}";

    // FNV-1a: written here because it must give the same answer in every process and every version, which string.GetHashCode does not.
    private static uint Hash(string id) => id.Aggregate(2_166_136_261, (hash, c) => (hash ^ c) * 16_777_619);
}
