using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis.Limits;

public partial class CallGateActor
{
    // So much is spent without the app's actor when it cannot be reached: a site's users should not notice.
    private const double PointsOnTrust = 250;
    private static readonly TimeSpan TimeOfTrust = TimeSpan.FromSeconds(10);

    private async ValueTask<CallLimits> LimitsAsync(PermitRequest request, HourQuota? site, CallDemand demand, CancellationToken cancellationToken)
    {
        var call = request.Call;
        var app = site is not null && !_onSitesPoints.Contains(call.Product) ? Lease(call.Product) : null;
        if (app?.IsOver(demand, Now) == true)
            await LeaseAsync(request.AppId, app, new(call.Product, app.Wanted(demand)), cancellationToken);
        return new(Endpoint(call), call.Issue is null || site is null ? null : Issue(call.Product, call.Issue), site, app);
    }

    // Only of these two the limits are known (contract section 6). Other products are believed when they say 429.
    private static bool IsCounted(string product) => product is "jira" or "confluence";

    private EndpointLimit Endpoint(LimitedCall call) => Limit(
        new(call.Product, LimitScope.Endpoint, call.Endpoint),
        name => new EndpointLimit(name, IsCounted(call.Product) ? options.Value.Burst(call.Method) : null, Now));

    private IssueLimit Issue(string product, string issue) => Limit(new(product, LimitScope.Issue, issue), name => new IssueLimit(name));

    private HourQuota? Points(string product) => IsCounted(product) ? Quota(product) : null;

    private HourQuota Quota(string product) =>
        Limit(new(product, LimitScope.Site), name => new HourQuota(name, null, options.Value.BackgroundShare, clock));

    private LeasedPoints Lease(string product) => Limit(new(product, LimitScope.App), name => new LeasedPoints(name));

    private TLimit Limit<TLimit>(LimitName name, Func<LimitName, TLimit> create) where TLimit : CallLimit
    {
        if (_limits.TryGetValue(name, out var known))
            return (TLimit)known;
        if (_limits.Count >= MostLimits)
            Forget();
        // Where too many are in use the rest share one, which is stricter than the product and never laxer.
        if (_limits.Count >= 2 * MostLimits && name.Of is not null && name.Of != Others)
            return Limit(name with { Of = Others }, create);
        var limit = create(name);
        _limits.Add(name, limit);
        return limit;
    }

    private const string Others = "(others)";

    private void Forget()
    {
        var now = Now;
        foreach (var (name, limit) in _limits)
            if (name.Of is not null && limit.IsForgettable(now))
                _limits.Remove(name);
    }

    private async Task LeaseAsync(string appId, LeasedPoints points, PointsRequest request, CancellationToken cancellationToken)
    {
        var (askedAt, askedToday) = (Now, clock.GetUtcNow());
        PointsAnswer answer;
        try
        {
            answer = await actors.Get<ICallPool>(appId).LeaseAsync(
                request with { Returned = points.GiveBack(HourQuota.TopOfHour(askedToday)), Reading = points.Reading }, cancellationToken);
            points.Reading = null;
        }
        catch (ForgeException e) when (e is ActorUnreachableException or StorageUnavailableException)
        {
            // Asking took long, and each time all calls of the site wait for it.
            points.Lease(new(PointsOnTrust, points.Size, TimeSpan.Zero, TimeSpan.Zero), request.Wanted, Now, TimeOfTrust);
            // What the app's actor could not be told holds here at least.
            if (request.Refusal is { } refusal)
                points.Stop(new(Now + refusal.Lasts(points, Now), refusal.Reason ?? "no reason given"), Now);
            return;
        }
        points.Lease(answer, request.Wanted, askedAt, PointsAnswer.Lease);
    }
}
