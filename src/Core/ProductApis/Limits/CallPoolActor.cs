using ForgeOrleans.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>Keeps an app's points of the hour in memory, and stores until when a product has closed them.</summary>
/// <param name="self">The actor's rows.</param>
/// <param name="options">How many points are assumed, and how they are shared.</param>
/// <param name="clock">Tells the hour.</param>
public class CallPoolActor(ActorContext self, IOptions<CallLimitOptions> options, TimeProvider clock) : ICallPool
{
    // No site gets more of what is left at once, so that many can ask.
    private const double MostOfTheRest = 0.25;

    // But enough for a call that costs much.
    private const double Enough = 20;

    private readonly StoredBlocks _blocks = new(self.Rows, clock);
    private readonly Dictionary<string, HourQuota> _quotas = new(StringComparer.Ordinal);
    private bool _isLoaded;

    private TimeSpan Now => clock.GetElapsedTime(0);

    /// <inheritdoc/>
    public async Task<PointsAnswer> LeaseAsync(PointsRequest request, CancellationToken cancellationToken = default)
    {
        var (quota, now) = (await QuotaAsync(request.Product, cancellationToken), Now);
        quota.GiveBack(request.Returned);
        if (request.Reading is { } reading)
        {
            quota.Learn(reading, clock.GetUtcNow(), now);
            if (!request.IsNearLimit)
                quota.Reopen();
        }
        if (request.IsNearLimit)
            await StopAsync(quota, quota.UntilEnd(), CallGateActor.NearLimit, isOnlyForBackground: true);
        if (request.Refusal is { } refusal)
            await StopAsync(quota, refusal.Lasts(quota, now), refusal.Reason ?? "no reason given", isOnlyForBackground: false);

        var closed = quota.Wait(new(IsBackground: false, 1), 0, now);
        var closedToWork = quota.Wait(new(IsBackground: true, 1), 0, now);
        var left = quota.Left(now) ?? double.MaxValue;
        var granted = closed > TimeSpan.Zero || request.Wanted <= 0 ? 0 : Math.Min(request.Wanted, Math.Max(Math.Min(left, Enough), Math.Floor(left * MostOfTheRest)));
        if (granted > 0)
            quota.Take(new(IsBackground: false, granted), now);
        return new(granted, quota.Size, closed, closedToWork, quota.BlockedFor(isBackground: true, now) > TimeSpan.Zero ? quota.Block!.Reason : null);
    }

    /// <inheritdoc/>
    public async Task<GateView> DescribeAsync(GateQuery query, CancellationToken cancellationToken = default)
    {
        foreach (var product in (string[])["jira", "confluence"])
            await QuotaAsync(product, cancellationToken);
        return GateViews.Of(_quotas.Values, Now, clock.GetUtcNow());
    }

    private async ValueTask<HourQuota> QuotaAsync(string product, CancellationToken cancellationToken)
    {
        if (!_isLoaded)
        {
            await foreach (var (name, block) in _blocks.LoadAsync(Now, cancellationToken))
                Quota(name.Product).Stop(block, Now);
            _isLoaded = true;
        }
        return Quota(product);
    }

    private HourQuota Quota(string product)
    {
        if (!_quotas.TryGetValue(product, out var quota))
            _quotas[product] = quota = new(new(product, LimitScope.App), options.Value.GlobalPoints, options.Value.BackgroundShare, clock);
        return quota;
    }

    private Task StopAsync(HourQuota quota, TimeSpan wait, string reason, bool isOnlyForBackground) =>
        _blocks.StopAsync(quota, new(Now + wait, reason, isOnlyForBackground), Now);
}
