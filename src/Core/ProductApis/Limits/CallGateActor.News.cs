using System.Text.Json;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis.Limits;

public partial class CallGateActor
{
    private const string Blocks = "block/";

    // What ends sooner ends before a restart is over.
    private static readonly TimeSpan WorthStoring = TimeSpan.FromSeconds(5);
    private const int MostSweptAtOnce = 50;

    private readonly Dictionary<LimitName, LimitBlock> _stored = [];

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
        var names = new List<string>();
        await foreach (var row in self.Rows.AllAsync("", cancellationToken))
            names.Add(row.Name);
        foreach (var batch in names.Chunk(IActorRows.MostChanges))
            await self.Rows.CommitAsync([.. batch.Select(name => new RowChange(name, null))]);
        _limits.Clear();
        _stored.Clear();
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
        var (now, demand) = (Now, Demand(call, IsCounted(call.Product) ? Quota(call.Product) : null, returned.IsBackground));
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

    private async Task StopAsync(CallLimit limit, TimeSpan wait, string reason, bool isOnlyForBackground)
    {
        var (now, block) = (Now, new LimitBlock(Now + wait, reason, isOnlyForBackground));
        limit.Stop(block, now);
        // What is said again, by many answers or in turns with the opposite, is stored once: permits cost no disk. A restart may then close to work what had been opened again.
        if (limit.Block != block || wait < WorthStoring
            || (_stored.TryGetValue(limit.Name, out var known) && known.IsOnlyForBackground == isOnlyForBackground && (block.Until - known.Until).Duration() < WorthStoring))
            return;
        var over = _stored.Where(stored => stored.Value.Until <= now && stored.Key != limit.Name).Take(MostSweptAtOnce).Select(stored => stored.Key).ToList();
        var row = new BlockRow(limit.Name, clock.GetUtcNow() + wait, reason, isOnlyForBackground);
        await self.Rows.CommitAsync([
            new(RowName(limit.Name), JsonSerializer.SerializeToUtf8Bytes(row, GateJson.Default.BlockRow)),
            .. over.Select(name => new RowChange(RowName(name), null))]);
        foreach (var name in over)
            _stored.Remove(name);
        _stored[limit.Name] = block;
    }

    private static string RowName(LimitName name) => $"{Blocks}{name.Product}/{name.Scope}/{name.Of}";

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var (today, now) = (clock.GetUtcNow(), Now);
        var past = new List<RowChange>();
        await foreach (var row in self.Rows.AllAsync(Blocks, cancellationToken))
        {
            var block = JsonSerializer.Deserialize(row.Value.Span, GateJson.Default.BlockRow)!;
            // A clock that was set back would leave it blocked for longer than any product blocks.
            var left = block.Until - today < RateHeaders.Longest ? block.Until - today : RateHeaders.Longest;
            if (left <= TimeSpan.Zero)
                past.Add(new(row.Name, null));
            else if (Known(block.Limit) is { } limit)
            {
                limit.Stop(new(now + left, block.Reason, block.IsOnlyForBackground), now);
                _stored[block.Limit] = new(now + left, block.Reason, block.IsOnlyForBackground);
            }
        }
        _isLoaded = true;
        foreach (var batch in past.Chunk(IActorRows.MostChanges))
            await self.Rows.CommitAsync(batch);
    }

    private CallLimit? Known(LimitName name) => name switch
    {
        { Scope: LimitScope.Endpoint, Of: { } endpoint } => Endpoint(new(name.Product, Method(endpoint), endpoint)),
        { Scope: LimitScope.Issue, Of: { } issue } => Issue(name.Product, issue),
        { Scope: LimitScope.Site } => Quota(name.Product),
        _ => null,
    };
}
