using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Admin;

/// <summary>Where a site's product calls stand.</summary>
/// <param name="Limits">The limits that its calls have come under lately.</param>
internal sealed record LimitList(IReadOnlyList<LimitAnswer> Limits);

/// <summary>A limit of a product.</summary>
internal sealed record LimitAnswer(
    string Product, string Scope, string? Of, double? Size, double? Left, BlockAnswer? Blocked, int Waiting, long Calls, long Waits, long Retries, long Refused)
{
    public static LimitAnswer From(LimitView view) => new(
        view.Name.Product,
        view.Name.Scope switch { LimitScope.Endpoint => "endpoint", LimitScope.Issue => "issue", LimitScope.Site => "site", _ => "app" },
        view.Name.Of,
        view.Size,
        view.Left,
        view.BlockedUntil is { } until ? new(until, view.Reason, view.IsOnlyForBackground) : null,
        view.Waiting,
        view.Calls,
        view.Waits,
        view.Retries,
        view.Refusals);
}

/// <summary>Why calls are not made at present.</summary>
/// <param name="Until">Until when.</param>
/// <param name="Reason">In the product's word.</param>
/// <param name="OnlyBackground">Users' calls go on.</param>
internal sealed record BlockAnswer(DateTimeOffset Until, string? Reason, bool OnlyBackground);

/// <summary>Tells where the limits of a site's product calls stand.</summary>
internal sealed class LimitRoutes(IActors actors, InstallationViews views)
{
    public async Task ListAsync(HttpContext context)
    {
        var view = await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted);
        var site = await actors.Get<ICallGate>(view.InstallationId).DescribeAsync(GateQuery.Instance, context.RequestAborted);
        var own = site.Limits.Where(limit => limit.Name.Scope != LimitScope.App).ToList();
        // What the app has in common with its other sites, of the products that this site's calls share it for.
        var shared = site.Limits.Where(limit => limit.Name.Scope == LimitScope.App).ToDictionary(limit => limit.Name);
        if (view.Facts?.AppId is { } app && shared.Count > 0)
            own.AddRange((await actors.Get<ICallPool>(app).DescribeAsync(GateQuery.Instance, context.RequestAborted)).Limits
                .Where(limit => shared.ContainsKey(limit.Name))
                .Select(limit => limit with { Calls = shared[limit.Name].Calls, Waits = shared[limit.Name].Waits, Refusals = shared[limit.Name].Refusals }));
        await context.AnswerAsync(new LimitList([.. own.Select(LimitAnswer.From)]));
    }
}
