using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>
/// The platform's limits on calls of products, three at once: requests a second of each endpoint of a site, writes to an issue, and
/// points an hour (contract, section 6). A call is counted where all three let it pass, and nowhere else.
/// </summary>
public sealed class ProductLimits
{
    // More than a site has issues: what is older is forgotten with the issues that were deleted.
    private const int MostIssues = 20_000;

    private readonly Lock _turn = new();
    private readonly TimeProvider _clock;
    private readonly Dictionary<(string Site, string Product, string Method, string Template), TokenBucket> _endpoints = [];
    private readonly Dictionary<(string Site, string Issue), IssueWrites> _issues = [];
    private readonly Dictionary<(string? Site, string? Product), HourlyPoints> _points = [];
    private readonly Dictionary<string, CallWindow> _gateway = [];
    private readonly Dictionary<string, CallCounts> _counts = [];
    private LimitSizes _sizes;

    internal ProductLimits(LimitSizes sizes, TimeProvider clock)
    {
        _sizes = sizes.Checked();
        _clock = clock;
    }

    /// <summary>The sizes, which can be changed at any time.</summary>
    /// <exception cref="EmulatorException">A value is out of its range.</exception>
    public LimitSizes Sizes
    {
        get => Volatile.Read(ref _sizes);
        set => Volatile.Write(ref _sizes, value.Checked());
    }

    /// <summary>What calls of a site have come to, or those of all sites.</summary>
    /// <param name="siteId">The site's id; null for all together.</param>
    public CallCounts Counts(string? siteId = null)
    {
        lock (_turn)
        {
            return siteId is null
                ? _counts.Values.Aggregate(CallCounts.None, (sum, counts) => sum.Plus(counts))
                : _counts.GetValueOrDefault(siteId, CallCounts.None);
        }
    }

    /// <summary>Forgets what was used and counted; the sizes stay.</summary>
    public void Forget()
    {
        lock (_turn)
        {
            _endpoints.Clear();
            _issues.Clear();
            _points.Clear();
            _gateway.Clear();
            _counts.Clear();
        }
    }

    /// <summary>Lets a call pass and takes what it costs at least, or says what refuses it.</summary>
    internal Refusal? Admit(LimitedCall call)
    {
        lock (_turn)
        {
            var (now, sizes) = (_clock.GetUtcNow(), _sizes);
            if (sizes.Enforced && Refuses(call, now, sizes) is { } refusal)
            {
                Count(call.Site.Id, counts => counts.WithRefused(refusal.Reason));
                return refusal;
            }

            var perSecond = sizes.PerSecond(call.Method, call.Template);
            Bucket(call).Take(now, perSecond, sizes.Capacity(perSecond));
            if (call.Issue is not null)
            {
                Writes(call, now).Add(now);
            }

            Charge(call, 1, now);
            Count(call.Site.Id, counts => counts with { Calls = counts.Calls + 1, Points = counts.Points + 1 });
            return null;
        }
    }

    /// <summary>Charges a call that passed for what it returned.</summary>
    internal void Charge(LimitedCall call, int points)
    {
        lock (_turn)
        {
            Charge(call, points, _clock.GetUtcNow());
            Count(call.Site.Id, counts => counts with { Points = counts.Points + points });
        }
    }

    /// <summary>Where a site stands, with the quota of its tier or, if told, of another.</summary>
    internal Standing Standing(LimitedCall call, QuotaTier? tier = null)
    {
        lock (_turn)
        {
            var (now, sizes) = (_clock.GetUtcNow(), tier is { } other ? _sizes with { Tier = other } : _sizes);
            var quota = sizes.Quota(call.Site.Id);
            var perSecond = sizes.PerSecond(call.Method, call.Template);
            var requests = Bucket(call).Left(now, perSecond, sizes.Capacity(perSecond));
            return new Standing(now, sizes, quota, Math.Max(0, quota - Points(call, sizes).Used(now)), perSecond, requests);
        }
    }

    /// <summary>A refusal that is none of the limits' own, to be counted with theirs.</summary>
    internal void CountRefusal(string siteId, string reason)
    {
        lock (_turn)
        {
            Count(siteId, counts => counts.WithRefused(reason));
        }
    }

    /// <summary>Lets a request to the gateway pass, or says when there is room for it again.</summary>
    internal DateTimeOffset? AdmitToGateway(Site site, string what, TimeSpan window, int limit)
    {
        lock (_turn)
        {
            var now = _clock.GetUtcNow();
            if (!_gateway.TryGetValue(what, out var calls))
            {
                _gateway[what] = calls = new CallWindow(window);
            }

            if (_sizes.Enforced && calls.FreeAt(now, limit) is { } at)
            {
                Count(site.Id, counts => counts.WithRefused(LimitReason.Gateway));
                return at;
            }

            calls.Add(now);
            return null;
        }
    }

    /// <summary>What is used of each limit, as JSON.</summary>
    internal object Shape(IEnumerable<Site> sites)
    {
        lock (_turn)
        {
            var (now, sizes) = (_clock.GetUtcNow(), _sizes);
            return new
            {
                now,
                sizes,
                counts = _counts.Values.Aggregate(CallCounts.None, (sum, counts) => sum.Plus(counts)),
                impersonations = _gateway.GetValueOrDefault(GatewayLimit.Impersonations)?.Used(now) ?? 0,
                sites = sites.Select(site => Shape(site, now, sizes)).ToList(),
            };
        }
    }

    private object Shape(Site site, DateTimeOffset now, LimitSizes sizes) => new
    {
        site = site.Id,
        site.CloudId,
        counts = _counts.GetValueOrDefault(site.Id, CallCounts.None),
        quotas = ProductsWithQuota(sizes).Select(product =>
        {
            var (limit, used) = (sizes.Quota(site.Id), Points(site.Id, product, sizes).Used(now));
            return new
            {
                policy = LimitHeaders.QuotaPolicy(sizes.Tier),
                product,
                limit,
                used,
                left = Math.Max(0, limit - used),
                until = HourlyPoints.Reset(now),
            };
        }).ToList(),
        endpoints = _endpoints.Where(endpoint => endpoint.Key.Site == site.Id).Select(endpoint =>
        {
            var perSecond = sizes.PerSecond(endpoint.Key.Method, endpoint.Key.Template);
            var limit = sizes.Capacity(perSecond);
            var left = endpoint.Value.Left(now, perSecond, limit);
            return new
            {
                endpoint.Key.Product,
                endpoint.Key.Method,
                endpoint = endpoint.Key.Template,
                perSecond,
                limit,
                used = limit - left,
                left,
                until = endpoint.Value.Full(now),
            };
        }).ToList(),
        issues = _issues.Where(issue => issue.Key.Site == site.Id && issue.Value.Long.Used(now) > 0).Select(issue => new
        {
            issue = issue.Key.Issue,
            @short = Shape(issue.Value.Short, sizes.IssueWritesShort, IssueWrites.ShortLength, now),
            @long = Shape(issue.Value.Long, sizes.IssueWritesLong, IssueWrites.LongLength, now),
        }).ToList(),
    };

    private static object Shape(CallWindow window, int limit, TimeSpan length, DateTimeOffset now)
    {
        var used = window.Used(now);
        return new { limit, seconds = length.TotalSeconds, used, left = Math.Max(0, limit - used), until = window.FreeAt(now, limit) };
    }

    private static IReadOnlyList<string?> ProductsWithQuota(LimitSizes sizes) => sizes.QuotaPerProduct ? [.. Site.AllProducts] : [null];

    private Refusal? Refuses(LimitedCall call, DateTimeOffset now, LimitSizes sizes)
    {
        var quota = sizes.Quota(call.Site.Id);
        if (Points(call, sizes).Used(now) >= quota)
        {
            return new Refusal(LimitReason.Quota(call.Product, sizes.Tier), quota, HourlyPoints.Reset(now));
        }

        var perSecond = sizes.PerSecond(call.Method, call.Template);
        var capacity = sizes.Capacity(perSecond);
        if (Bucket(call).FreeAt(now, perSecond, capacity) is { } free)
        {
            return new Refusal(LimitReason.Burst(call.Product), capacity, free);
        }

        return call.Issue is not null && Writes(call, now).Refuses(now, sizes) is var (limit, until)
            ? new Refusal(LimitReason.Issue, limit, until)
            : null;
    }

    private TokenBucket Bucket(LimitedCall call)
    {
        var key = (call.Site.Id, call.Product, call.Method, call.Template);
        return _endpoints.TryGetValue(key, out var known) ? known : _endpoints[key] = new TokenBucket();
    }

    private IssueWrites Writes(LimitedCall call, DateTimeOffset now)
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

    // Both kinds of quota are counted all the time, so that an app can change from one to the other.
    private void Charge(LimitedCall call, int points, DateTimeOffset now)
    {
        foreach (var site in (string?[])[call.Site.Id, null])
        {
            Points(site, null).Add(now, points);
            Points(site, call.Product).Add(now, points);
        }
    }

    private HourlyPoints Points(LimitedCall call, LimitSizes sizes) => Points(call.Site.Id, call.Product, sizes);

    private HourlyPoints Points(string siteId, string? product, LimitSizes sizes) =>
        Points(sizes.Tier is QuotaTier.Global ? null : siteId, sizes.QuotaPerProduct ? product : null);

    private HourlyPoints Points(string? siteId, string? product) =>
        _points.TryGetValue((siteId, product), out var known) ? known : _points[(siteId, product)] = new HourlyPoints();

    private void Count(string siteId, Func<CallCounts, CallCounts> change) =>
        _counts[siteId] = change(_counts.GetValueOrDefault(siteId, CallCounts.None));
}
