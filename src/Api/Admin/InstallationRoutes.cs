using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Admin;

/// <summary>Lists installations, and tells all of one.</summary>
internal sealed class InstallationRoutes(InstallationViews views, InstallationIndex index, IOptions<ForgeOptions> options, TimeProvider clock)
{
    private const int MostListed = 200;

    // Of so many installations one request asks the actors at the most; the cursor goes on from there.
    private const int MostAsked = 300;
    private const int AskedAtOnce = 8;

    public async Task ListAsync(HttpContext context)
    {
        var filter = new Filter(context.Choice<LifeState>("life"), context.Flag("deadLetters"), context.Number("olderThan", 0, int.MaxValue));
        var limit = context.Limit(50, MostListed);
        var cloudId = context.Text("cloudId");
        var apps = Apps();
        var from = context.Text("cursor") is { } cursor ? IndexPosition.Read(cursor, apps) ?? throw AdminQuery.BadCursor() : null;
        var entries = cloudId is null ? index.ListAsync(apps, from, context.RequestAborted) : OfSiteAsync(apps, cloudId, from, context.RequestAborted);
        await context.AnswerAsync(await ListAsync(entries, filter, limit, context.RequestAborted));
    }

    public async Task ShowAsync(HttpContext context) =>
        await context.AnswerAsync(InstallationDetail.Of(await views.GetAsync(context.InstallationId(), withLater: true, context.RequestAborted), clock.GetUtcNow()));

    private async Task<InstallationList> ListAsync(
        IAsyncEnumerable<(IndexPosition Position, IndexedInstallation Installation)> entries, Filter filter, int limit, CancellationToken cancellationToken)
    {
        var listed = new List<InstallationSummary>();
        IndexPosition? last = null;
        var asked = 0;
        await foreach (var some in entries.Chunk(AskedAtOnce).WithCancellation(cancellationToken))
        {
            if (asked >= MostAsked)
                return new(listed, last!.ToString());
            asked += some.Length;
            var found = await Task.WhenAll(some.Select(entry => views.FindAsync(entry.Installation.InstallationId, withLater: false, cancellationToken)));
            for (var i = 0; i < some.Length; i++)
            {
                if (found[i] is { } view && filter.Takes(view, clock.GetUtcNow()))
                {
                    if (listed.Count == limit)
                        return new(listed, last!.ToString());
                    listed.Add(Summary(view, some[i].Installation));
                }
                last = some[i].Position;
            }
        }
        return new(listed, null);
    }

    private async IAsyncEnumerable<(IndexPosition, IndexedInstallation)> OfSiteAsync(
        IReadOnlyList<string> apps, string siteId, IndexPosition? from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var app in apps.SkipWhile(app => from is not null && app != from.AppId))
            foreach (var installation in await index.FindAsync(app, siteId, cancellationToken))
                if (app != from?.AppId || string.CompareOrdinal(installation.InstallationId, from.InstallationId) > 0)
                    yield return (new(app, 0, installation.InstallationId), installation);
    }

    private InstallationSummary Summary(InstallationView view, IndexedInstallation indexed) => new(
        view.InstallationId,
        view.Facts?.AppId,
        view.Facts?.AppVersion,
        view.Facts?.EnvironmentType,
        indexed.FirstSeen,
        view.Life.LastSeen,
        view.Life.State,
        view.Facts?.Contexts ?? [],
        QueueAnswer.Of(view.Queue, clock.GetUtcNow()),
        view.MissedTriggers,
        view.HasStoppedReceivingTriggers);

    private List<string> Apps() => [.. options.Value.Apps.Select(app => EcosystemId.Uuid("app", app.Id)!)];

    private sealed record Filter(LifeState? Life, bool? DeadLetters, int? OlderThan)
    {
        public bool Takes(InstallationView view, DateTimeOffset now) =>
            (Life is null || Life == view.Life.State)
            && (DeadLetters is null || DeadLetters == view.Queue.DeadLetters > 0)
            && (OlderThan is not { } seconds || (view.Queue.OldestAcceptedAt is { } oldest && (now - oldest).TotalSeconds > seconds));
    }
}
