using System.Runtime.InteropServices;
using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>
/// The platform's limits on calls of products, three at once: requests a second of each endpoint of a site, writes to an issue, and
/// points an hour (contract, section 6). A call is counted where all three let it pass, and nowhere else.
/// </summary>
public sealed class ProductLimits
{
    private readonly Lock _turn = new();
    private readonly TimeProvider _clock;
    private readonly Changes _changes;
    private readonly Dictionary<string, long> _versions = [];
    private LimitUse _use = new();
    private LimitSizes _sizes;
    private long _sizesVersion;
    private long _forgottenVersion;

    internal ProductLimits(LimitSizes sizes, TimeProvider clock, Changes changes)
    {
        _sizes = sizes.Checked();
        (_clock, _changes) = (clock, changes);
    }

    /// <summary>The sizes, which can be changed at any time.</summary>
    /// <exception cref="EmulatorException">A value is out of its range.</exception>
    public LimitSizes Sizes
    {
        get => Volatile.Read(ref _sizes);
        set
        {
            Volatile.Write(ref _sizes, value.Checked());
            _changes.Mark(ref _sizesVersion);
        }
    }

    /// <summary>What calls of a site have come to, or those of all sites.</summary>
    /// <param name="siteId">The site's id; null for all together.</param>
    public CallCounts Counts(string? siteId = null)
    {
        lock (_turn)
        {
            return _use.Counts(siteId);
        }
    }

    /// <summary>Forgets what was used and counted; the sizes stay.</summary>
    public void Forget()
    {
        lock (_turn)
        {
            _use = new LimitUse();
            _changes.Mark(ref _forgottenVersion);
        }
    }

    /// <summary>Lets a call pass and takes what it costs at least, or says what refuses it.</summary>
    internal Refusal? Admit(LimitedCall call)
    {
        lock (_turn)
        {
            var (now, sizes) = (_clock.GetUtcNow(), Sizes);
            if (sizes.Enforced && Refuses(call, now, sizes) is { } refusal)
            {
                Count(call.Site.Id, counts => counts.WithRefused(refusal.Reason));
                return refusal;
            }

            var perSecond = sizes.PerSecond(call.Method, call.Template);
            _use.Endpoint(call).Take(now, perSecond, sizes.Capacity(perSecond));
            if (call.Issue is not null)
            {
                _use.Issue(call, now).Add(now);
            }

            _use.Charge(call, 1, now);
            Count(call.Site.Id, counts => counts with { Calls = counts.Calls + 1, Points = counts.Points + 1 });
            return null;
        }
    }

    /// <summary>Charges a call that passed for what it returned.</summary>
    internal void Charge(LimitedCall call, int points)
    {
        lock (_turn)
        {
            _use.Charge(call, points, _clock.GetUtcNow());
            Count(call.Site.Id, counts => counts with { Points = counts.Points + points });
        }
    }

    /// <summary>Where a site stands, with the quota of its tier or, if told, of another.</summary>
    internal Standing Standing(LimitedCall call, QuotaTier? tier = null)
    {
        lock (_turn)
        {
            var (now, sizes) = (_clock.GetUtcNow(), tier is { } other ? Sizes with { Tier = other } : Sizes);
            var quota = sizes.Quota(call.Site.Id);
            var used = _use.Points(call.Site.Id, call.Product, sizes).Used(now);
            var perSecond = sizes.PerSecond(call.Method, call.Template);
            var requests = _use.Endpoint(call).Left(now, perSecond, sizes.Capacity(perSecond));
            return new Standing(now, sizes, quota, Math.Max(0, quota - used), perSecond, requests);
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
            var calls = _use.Gateway(what, window);
            if (Sizes.Enforced && calls.FreeAt(now, limit) is { } at)
            {
                Count(site.Id, counts => counts.WithRefused(LimitReason.Gateway));
                return at;
            }

            calls.Add(now);
            Mark(site.Id);
            return null;
        }
    }

    /// <summary>What is used of each limit, as JSON.</summary>
    internal LimitReport Report(IEnumerable<Site> sites)
    {
        lock (_turn)
        {
            return LimitReport.Of(_use, Sizes, sites, _clock.GetUtcNow());
        }
    }

    /// <summary>What has changed above a number, and the number of the last such change; null for nothing.</summary>
    internal (long Version, LimitReport Report)? Since(long version, IEnumerable<Site> sites)
    {
        lock (_turn)
        {
            var (sizes, forgotten) = (Volatile.Read(ref _sizesVersion), Volatile.Read(ref _forgottenVersion));
            var last = _versions.Values.Append(sizes).Append(forgotten).Max();
            if (last <= version)
            {
                return null;
            }

            var all = sizes > version || forgotten > version;
            var report = Report(sites.Where(site => all || _versions.GetValueOrDefault(site.Id) > version));
            return (last, sizes > version ? report : report with { Sizes = null });
        }
    }

    private void Count(string siteId, Func<CallCounts, CallCounts> change)
    {
        _use.Count(siteId, change);
        Mark(siteId);
    }

    private void Mark(string siteId) => _changes.Mark(ref CollectionsMarshal.GetValueRefOrAddDefault(_versions, siteId, out _));

    private Refusal? Refuses(LimitedCall call, DateTimeOffset now, LimitSizes sizes)
    {
        var quota = sizes.Quota(call.Site.Id);
        if (_use.Points(call.Site.Id, call.Product, sizes).Used(now) >= quota)
        {
            return new Refusal(LimitReason.Quota(call.Product, sizes.Tier), quota, HourlyPoints.Reset(now));
        }

        var perSecond = sizes.PerSecond(call.Method, call.Template);
        var capacity = sizes.Capacity(perSecond);
        if (_use.Endpoint(call).FreeAt(now, perSecond, capacity) is { } free)
        {
            return new Refusal(LimitReason.Burst(call.Product), capacity, free);
        }

        return call.Issue is not null && _use.Issue(call, now).Refuses(now, sizes) is var (limit, until)
            ? new Refusal(LimitReason.Issue, limit, until)
            : null;
    }
}
