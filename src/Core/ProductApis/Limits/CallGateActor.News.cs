namespace ForgeOrleans.ProductApis.Limits;

public partial class CallGateActor
{
    private readonly StoredBlocks _blocks = new(self.Rows, clock);

    /// <inheritdoc/>
    public async Task<GateView> DescribeAsync(GateQuery query, CancellationToken cancellationToken = default)
    {
        if (!_isLoaded)
            await LoadAsync(cancellationToken);
        return GateViews.Of(_limits.Values, Now, clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task EraseAsync(GateQuery query, CancellationToken cancellationToken = default)
    {
        await _blocks.EraseAsync(cancellationToken);
        _limits.Clear();
        _onSitesPoints.Clear();
    }

    private async Task HearAsync(CallNews news)
    {
        if (news.Returned is { } returned)
            TakeBack(returned);
        foreach (var reading in news.Readings)
            await HearAsync(news.AppId, reading);
    }

    private void TakeBack(PermitReturn returned)
    {
        if (returned.Place is { } place)
        {
            LeaveLine(place, returned.IsBackground);
            return;
        }
        var call = returned.Call;
        var (now, demand) = (Now, Demand(call, Points(call.Product), returned.IsBackground));
        foreach (var name in (LimitName[])[new(call.Product, LimitScope.Endpoint, call.Endpoint), new(call.Product, LimitScope.Issue, call.Issue), new(call.Product, LimitScope.Site), new(call.Product, LimitScope.App)])
            if (_limits.TryGetValue(name, out var limit))
                limit.Return(demand, now);
    }

    private async Task HearAsync(string appId, CallReading reading)
    {
        var (product, now) = (reading.Product, Now);
        if (reading.PerSecond is { } perSecond && _limits.GetValueOrDefault(new(product, LimitScope.Endpoint, reading.Endpoint)) is EndpointLimit endpoint && endpoint.Size != perSecond)
            endpoint.Learn(perSecond, now);
        if (reading.Site is { } site)
        {
            var quota = Quota(product);
            quota.Learn(site, clock.GetUtcNow(), now);
            if (!reading.IsNearLimit)
                quota.Reopen();
            // A site whose calls are counted by themselves takes nothing of the app's points.
            if (reading.App is null)
                _onSitesPoints.Add(product);
        }
        if (reading.App is { } app)
        {
            _onSitesPoints.Remove(product);
            // It goes along with the next lease, some seconds later at the most, but for what stops all sites.
            Lease(product).Reading = app;
            if (reading.IsNearLimit && reading.Site is null)
                await TellPoolAsync(appId, new(product, 0) { IsNearLimit = true });
        }
        if (reading.IsNearLimit && (reading.App is null || reading.Site is not null) && IsCounted(product))
            await StopAsync(Quota(product), Quota(product).UntilEnd(), NearLimit, isOnlyForBackground: true);
        if (reading.Refusal is { } refusal)
            await RefusedAsync(appId, reading, refusal);
    }

    internal const string NearLimit = "near-limit";

    // A 429 stops exactly what its reason names (contract section 6); one that is not known stops the endpoint.
    private async Task RefusedAsync(string appId, CallReading reading, CallRefusal refusal)
    {
        var (product, reason) = (reading.Product, refusal.Reason ?? "no reason given");
        if (reason.EndsWith("quota-global-based", StringComparison.OrdinalIgnoreCase) && IsCounted(product))
        {
            await TellPoolAsync(appId, new(product, 0) { Refusal = refusal });
            return;
        }
        CallLimit limit = reason switch
        {
            _ when reason.EndsWith("quota-tenant-based", StringComparison.OrdinalIgnoreCase) && IsCounted(product) => Quota(product),
            _ when reason.EndsWith("per-issue-on-write", StringComparison.OrdinalIgnoreCase) && reading.Issue is { } issue => Issue(product, issue),
            _ => Endpoint(new(product, Method(reading.Endpoint), reading.Endpoint)),
        };
        await StopAsync(limit, refusal.Lasts(limit, Now), reason, isOnlyForBackground: false);
    }

    private static string Method(string endpoint) => endpoint[..Math.Max(0, endpoint.IndexOf(' '))];

    private async Task TellPoolAsync(string appId, PointsRequest request)
    {
        var points = Lease(request.Product);
        await LeaseAsync(appId, points, request with { Wanted = points.Wanted(default) }, CancellationToken.None);
    }

    private Task StopAsync(CallLimit limit, TimeSpan wait, string reason, bool isOnlyForBackground) =>
        _blocks.StopAsync(limit, new(Now + wait, reason, isOnlyForBackground), Now);

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var (name, block) in _blocks.LoadAsync(Now, cancellationToken))
            Known(name)?.Stop(block, Now);
        _isLoaded = true;
    }

    private CallLimit? Known(LimitName name) => name switch
    {
        { Scope: LimitScope.Endpoint, Of: { } endpoint } => Endpoint(new(name.Product, Method(endpoint), endpoint)),
        { Scope: LimitScope.Issue, Of: { } issue } => Issue(name.Product, issue),
        { Scope: LimitScope.Site } => Quota(name.Product),
        _ => null,
    };
}
