using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Admin;

/// <summary>What the actors of an installation say of it.</summary>
internal sealed record InstallationView(
    string InstallationId, InstallationFacts? Facts, InstallationLife Life, TokenExpiries Tokens, QueueDescription Queue)
{
    public IReadOnlyList<string> MissedTriggers => [.. Queue.Triggers.Where(trigger => trigger.IsMissed).Select(trigger => trigger.Key)];

    /// <summary>Every trigger whose interval is known is missed: the app was likely uninstalled.</summary>
    public bool HasStoppedReceivingTriggers =>
        Queue.Triggers.Where(trigger => trigger.NextExpected is not null).ToList() is { Count: > 0 } expected && expected.TrueForAll(trigger => trigger.IsMissed);
}

/// <summary>Asks the actors of installations. That creates nothing: what was never admitted is not asked for its work.</summary>
internal sealed class InstallationViews(IActors actors)
{
    /// <summary>Returns what is known of an installation, or null when there is none of that id.</summary>
    public async Task<InstallationView?> FindAsync(string id, bool withLater, CancellationToken cancellationToken)
    {
        var installation = actors.Get<IInstallationActor>(id);
        var life = installation.DescribeLifeAsync(new(withLater), cancellationToken);
        var facts = await installation.DescribeAsync(DescribeRequest.Instance, cancellationToken);
        if (await life is not { } known)
            return null;
        var queue = actors.Get<IWorkQueue>(id).DescribeAsync(QueueRequest.Instance, cancellationToken);
        var tokens = await installation.DescribeTokensAsync(DescribeRequest.Instance, cancellationToken);
        return new(id, facts, known, tokens, await queue);
    }

    /// <exception cref="ForgeException">There is none of that id.</exception>
    public async Task<InstallationView> GetAsync(string id, bool withLater, CancellationToken cancellationToken) =>
        await FindAsync(id, withLater, cancellationToken) ?? throw AdminQuery.NoInstallation();
}
