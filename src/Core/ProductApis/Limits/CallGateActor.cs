using ForgeOrleans.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Keeps a site's limits in memory; what was granted is not stored, only what a product has forbidden for longer than a restart takes. A new activation therefore begins
/// with little and fills up within a second.
/// </summary>
/// <param name="self">The actor's key and rows.</param>
/// <param name="actors">Finds the app's points.</param>
/// <param name="options">What is assumed of limits, and how they are shared.</param>
/// <param name="clock">Measures time.</param>
public partial class CallGateActor(ActorContext self, IActors actors, IOptions<CallLimitOptions> options, TimeProvider clock) : ICallGate
{
    // So short a wait is part of the permit: it costs no second question.
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(250);

    // Who waits longer asks again on the way, since places before it may have become free, or a product may have stopped everything.
    private static readonly TimeSpan LongestWithoutAsking = TimeSpan.FromSeconds(1);

    private const int LongestLine = 10_000;
    private const int MostLimits = 2_000;

    private readonly Dictionary<LimitName, CallLimit> _limits = [];
    private readonly HashSet<string> _onSitesPoints = new(StringComparer.Ordinal);
    private long _lastPlace;
    private bool _isLoaded;

    private TimeSpan Now => clock.GetElapsedTime(0);

    /// <inheritdoc/>
    public async Task<PermitAnswer> AskAsync(PermitRequest request, CancellationToken cancellationToken = default)
    {
        if (!_isLoaded)
            await LoadAsync(cancellationToken);
        if (request.News is { } news)
            await HearAsync(news);
        var site = Points(request.Call.Product);
        var demand = Demand(request.Call, site, request.IsBackground);
        var limits = await LimitsAsync(request, site, demand, cancellationToken);
        var now = Now;
        var (holding, wait, ahead) = (limits.Endpoint as CallLimit, TimeSpan.Zero, 0);
        foreach (var limit in limits)
        {
            var before = limit.Line.Ahead(request.Place?.Number, request.IsBackground, now);
            if (limit.Wait(demand, before, now) is var longer && longer > wait)
                (holding, wait, ahead) = (limit, longer, before);
        }
        if (wait == TimeSpan.Zero || (wait <= ShortWait && ahead == 0 && wait <= request.MostWait && holding.BlockedFor(request.IsBackground, now) == TimeSpan.Zero))
        {
            LeaveLine(request.Place, request.IsBackground);
            foreach (var limit in limits)
                limit.Take(demand, now + wait);
            if (request.IsRetry)
                limits.Endpoint.Counts.Retries++;
            if (wait > TimeSpan.Zero && request.Place is null)
                holding.Counts.Waits++;
            return wait == TimeSpan.Zero ? PermitAnswer.AtOnce : new(PermitVerdict.Granted, wait, Limit: holding.Name);
        }
        return Wait(request, holding, wait, now);
    }

    /// <inheritdoc/>
    public async Task TellAsync(CallNews news, CancellationToken cancellationToken = default)
    {
        if (!_isLoaded)
            await LoadAsync(cancellationToken);
        await HearAsync(news);
    }

    private PermitAnswer Wait(PermitRequest request, CallLimit holding, TimeSpan wait, TimeSpan now)
    {
        var reason = holding.BlockedFor(request.IsBackground, now) > TimeSpan.Zero ? holding.Block!.Reason : (holding as LeasedPoints)?.Reason;
        var isForAll = holding.Name.Scope is LimitScope.Site or LimitScope.App || reason is not null;
        // All who wait for the same moment would come at it together.
        if (isForAll)
            wait += TimeSpan.FromMilliseconds(Random.Shared.Next(20, 520));
        if (wait > request.MostWait || holding.Line.Count >= LongestLine)
        {
            LeaveLine(request.Place, request.IsBackground);
            holding.Counts.Refusals++;
            return new(PermitVerdict.Refused, wait, Limit: holding.Name, Reason: reason);
        }
        if (request.Place is null)
            holding.Counts.Waits++;
        // A place that an earlier activation gave is none.
        var number = request.Place is { } known && known.Number <= _lastPlace ? known.Number : ++_lastPlace;
        if (request.Place?.At != holding.Name)
            LeaveLine(request.Place, request.IsBackground);
        var after = wait <= LongestWithoutAsking ? wait : wait / 2 > LongestWithoutAsking ? wait / 2 : LongestWithoutAsking;
        holding.Line.Expect(number, request.IsBackground, now + after);
        return new(PermitVerdict.AskAgain, after, new(holding.Name, number), holding.Name, reason);
    }

    private void LeaveLine(PermitPlace? place, bool isBackground)
    {
        if (place is not null && _limits.TryGetValue(place.At, out var limit))
            limit.Line.Leave(place.Number, isBackground);
    }

    // A write costs one point. What a read costs depends on what it returns: no more than it asks for, and else what reads have cost lately.
    private static CallDemand Demand(LimitedCall call, HourQuota? site, bool isBackground) => new(
        isBackground,
        call.Method is not ("GET" or "HEAD") ? 1
        : call.MostObjects is { } most ? Math.Min(1 + most, Math.Max(1, 2 * (site?.PointsPerRead ?? 1)))
        : site?.PointsPerRead ?? 1);
}
