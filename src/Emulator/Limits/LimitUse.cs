using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>What is used of every limit. Whoever calls it is alone.</summary>
internal sealed class LimitUse
{
    // More than a site has issues: what is older is forgotten with the issues that were deleted.
    private const int MostIssues = 20_000;

    private readonly Dictionary<(string Site, string Product, string Method, string Template), TokenBucket> _endpoints = [];
    private readonly Dictionary<(string Site, string Issue), IssueWrites> _issues = [];
    private readonly Dictionary<(string? Site, string? Product), HourlyPoints> _points = [];
    private readonly Dictionary<string, CallWindow> _gateway = [];
    private readonly Dictionary<string, CallCounts> _counts = [];

    public IEnumerable<(string Product, string Method, string Template, TokenBucket Bucket)> Endpoints(Site site) => _endpoints
        .Where(endpoint => endpoint.Key.Site == site.Id)
        .Select(endpoint => (endpoint.Key.Product, endpoint.Key.Method, endpoint.Key.Template, endpoint.Value));

    public IEnumerable<(string Issue, IssueWrites Writes)> Issues(Site site) => _issues
        .Where(issue => issue.Key.Site == site.Id)
        .Select(issue => (issue.Key.Issue, issue.Value));

    public TokenBucket Endpoint(LimitedCall call)
    {
        var key = (call.Site.Id, call.Product, call.Method, call.Template);
        return _endpoints.TryGetValue(key, out var known) ? known : _endpoints[key] = new TokenBucket();
    }

    public IssueWrites Issue(LimitedCall call, DateTimeOffset now)
    {
        var key = (call.Site.Id, call.Issue!);
        if (_issues.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_issues.Count >= MostIssues)
        {
            foreach (var idle in _issues.Where(issue => issue.Value.Long.Used(now) is 0).Select(issue => issue.Key).ToList())
            {
                _issues.Remove(idle);
            }
        }

        return _issues[key] = new IssueWrites();
    }

    /// <summary>The points that count against a call's quota.</summary>
    public HourlyPoints Points(string siteId, string? product, LimitSizes sizes) =>
        Points(sizes.Tier is QuotaTier.Global ? null : siteId, sizes.QuotaPerProduct ? product : null);

    // All kinds of quota are counted all the time, so that an app can change from one to the other.
    public void Charge(LimitedCall call, int points, DateTimeOffset now)
    {
        foreach (var site in (string?[])[call.Site.Id, null])
        {
            Points(site, null).Add(now, points);
            Points(site, call.Product).Add(now, points);
        }
    }

    public CallWindow Gateway(string what, TimeSpan window) =>
        _gateway.TryGetValue(what, out var known) ? known : _gateway[what] = new CallWindow(window);

    public CallCounts Counts(string? siteId) => siteId is null
        ? _counts.Values.Aggregate(CallCounts.None, (sum, counts) => sum.Plus(counts))
        : _counts.GetValueOrDefault(siteId, CallCounts.None);

    public void Count(string siteId, Func<CallCounts, CallCounts> change) => _counts[siteId] = change(Counts(siteId));

    private HourlyPoints Points(string? siteId, string? product) =>
        _points.TryGetValue((siteId, product), out var known) ? known : _points[(siteId, product)] = new HourlyPoints();
}
