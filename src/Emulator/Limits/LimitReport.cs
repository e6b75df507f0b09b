using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>What is used of every limit, as JSON.</summary>
internal static class LimitReport
{
    public static object Of(LimitUse use, LimitSizes sizes, IEnumerable<Site> sites, DateTimeOffset now) => new
    {
        now,
        sizes,
        counts = use.Counts(null),
        impersonations = use.Gateway(GatewayLimit.Impersonations, GatewayLimit.Minute).Used(now),
        sites = sites.Select(site => Of(use, sizes, site, now)).ToList(),
    };

    private static object Of(LimitUse use, LimitSizes sizes, Site site, DateTimeOffset now)
    {
        string?[] products = sizes.QuotaPerProduct ? [.. Site.AllProducts] : [null];
        return new
        {
            site = site.Id,
            site.CloudId,
            counts = use.Counts(site.Id),
            quotas = products.Select(product => Quota(use, sizes, site, product, now)).ToList(),
            endpoints = use.Endpoints(site)
                .Select(endpoint => Endpoint(endpoint.Product, endpoint.Method, endpoint.Template, endpoint.Bucket, sizes, now))
                .ToList(),
            issues = use.Issues(site).Where(issue => issue.Writes.Long.Used(now) > 0).Select(issue => new
            {
                issue = issue.Issue,
                @short = Window(issue.Writes.Short, sizes.IssueWritesShort, IssueWrites.ShortLength, now),
                @long = Window(issue.Writes.Long, sizes.IssueWritesLong, IssueWrites.LongLength, now),
            }).ToList(),
        };
    }

    private static object Quota(LimitUse use, LimitSizes sizes, Site site, string? product, DateTimeOffset now)
    {
        var (limit, used) = (sizes.Quota(site.Id), use.Points(site.Id, product, sizes).Used(now));
        return new
        {
            policy = LimitHeaders.QuotaPolicy(sizes.Tier),
            product,
            limit,
            used,
            left = Math.Max(0, limit - used),
            until = HourlyPoints.Reset(now),
        };
    }

    private static object Endpoint(
        string product, string method, string endpoint, TokenBucket bucket, LimitSizes sizes, DateTimeOffset now)
    {
        var perSecond = sizes.PerSecond(method, endpoint);
        var limit = sizes.Capacity(perSecond);
        var left = bucket.Left(now, perSecond, limit);
        return new { product, method, endpoint, perSecond, limit, used = limit - left, left, until = bucket.Full(now) };
    }

    private static object Window(CallWindow window, int limit, TimeSpan length, DateTimeOffset now)
    {
        var used = window.Used(now);
        return new { limit, seconds = length.TotalSeconds, used, left = Math.Max(0, limit - used), until = window.FreeAt(now, limit) };
    }
}
