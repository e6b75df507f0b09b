using System.Text.Json.Serialization;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>What is used of every limit.</summary>
/// <param name="Now">The clock.</param>
/// <param name="Sizes">The sizes of the limits; not there where only changes are told and they have none.</param>
/// <param name="Counts">What calls of all sites have come to.</param>
/// <param name="Impersonations">Tokens of users who aren't in session, in the last minute.</param>
/// <param name="Sites">What is used on each site.</param>
internal sealed record LimitReport(
    DateTimeOffset Now,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LimitSizes? Sizes,
    CallCounts Counts,
    int Impersonations,
    IReadOnlyList<SiteLimits> Sites)
{
    public static LimitReport Of(LimitUse use, LimitSizes sizes, IEnumerable<Site> sites, DateTimeOffset now) => new(
        now,
        sizes,
        use.Counts(null),
        use.Gateway(GatewayLimit.Impersonations, GatewayLimit.Minute).Used(now),
        [.. sites.Select(site => SiteLimits.Of(use, sizes, site, now))]);
}

/// <summary>What is used of the limits of one site.</summary>
/// <param name="Site">The site's id.</param>
/// <param name="CloudId">The site's id in the cloud.</param>
/// <param name="Counts">What its calls have come to.</param>
/// <param name="Quotas">Points until the top of the hour.</param>
/// <param name="Endpoints">Requests a second of each endpoint that was called.</param>
/// <param name="Issues">Writes to each issue that was written to.</param>
internal sealed record SiteLimits(
    string Site,
    string CloudId,
    CallCounts Counts,
    IReadOnlyList<QuotaUse> Quotas,
    IReadOnlyList<EndpointLimit> Endpoints,
    IReadOnlyList<IssueLimit> Issues)
{
    public static SiteLimits Of(LimitUse use, LimitSizes sizes, Site site, DateTimeOffset now)
    {
        string?[] products = sizes.QuotaPerProduct ? [.. Sites.Site.AllProducts] : [null];
        return new SiteLimits(
            site.Id,
            site.CloudId,
            use.Counts(site.Id),
            [.. products.Select(product => QuotaUse.Of(use, sizes, site, product, now))],
            [.. use.Endpoints(site)
                .Select(endpoint => EndpointLimit.Of(endpoint.Product, endpoint.Method, endpoint.Template, endpoint.Bucket, sizes, now))],
            [.. use.Issues(site).Where(issue => issue.Writes.Long.Used(now) > 0).Select(issue => new IssueLimit(
                issue.Issue,
                WindowUse.Of(issue.Writes.Short, sizes.IssueWritesShort, IssueWrites.ShortLength, now),
                WindowUse.Of(issue.Writes.Long, sizes.IssueWritesLong, IssueWrites.LongLength, now)))]);
    }
}

/// <summary>Points of an hour.</summary>
/// <param name="Policy">The name of the quota.</param>
/// <param name="Product">The product; null when all share it.</param>
/// <param name="Limit">How many there are.</param>
/// <param name="Used">How many are used.</param>
/// <param name="Left">How many are left.</param>
/// <param name="Until">When it is full again.</param>
internal sealed record QuotaUse(string Policy, string? Product, int Limit, long Used, long Left, DateTimeOffset Until)
{
    public static QuotaUse Of(LimitUse use, LimitSizes sizes, Site site, string? product, DateTimeOffset now)
    {
        var (limit, used) = (sizes.Quota(site.Id), use.Points(site.Id, product, sizes).Used(now));
        return new QuotaUse(
            LimitHeaders.QuotaPolicy(sizes.Tier), product, limit, used, Math.Max(0, limit - used), HourlyPoints.Reset(now));
    }
}

/// <summary>Requests a second of one endpoint and method.</summary>
/// <param name="Product">The product.</param>
/// <param name="Method">The method.</param>
/// <param name="Endpoint">The endpoint's template.</param>
/// <param name="PerSecond">How many there are a second.</param>
/// <param name="Limit">How many may come at once.</param>
/// <param name="Used">How many of those are used.</param>
/// <param name="Left">How many are left.</param>
/// <param name="Until">When it is full again.</param>
internal sealed record EndpointLimit(
    string Product, string Method, string Endpoint, int PerSecond, int Limit, int Used, int Left, DateTimeOffset? Until)
{
    public static EndpointLimit Of(
        string product, string method, string endpoint, TokenBucket bucket, LimitSizes sizes, DateTimeOffset now)
    {
        var perSecond = sizes.PerSecond(method, endpoint);
        var limit = sizes.Capacity(perSecond);
        var left = bucket.Left(now, perSecond, limit);
        return new EndpointLimit(product, method, endpoint, perSecond, limit, limit - left, left, bucket.Full(now));
    }
}

/// <summary>Writes to one issue.</summary>
/// <param name="Issue">The issue's id.</param>
/// <param name="Short">In 2 seconds.</param>
/// <param name="Long">In 30 seconds.</param>
internal sealed record IssueLimit(string Issue, WindowUse Short, WindowUse Long);

/// <summary>Calls in the last seconds.</summary>
/// <param name="Limit">How many there are.</param>
/// <param name="Seconds">In how many seconds.</param>
/// <param name="Used">How many are used.</param>
/// <param name="Left">How many are left.</param>
/// <param name="Until">When there is room again; null when there is.</param>
internal sealed record WindowUse(int Limit, double Seconds, int Used, int Left, DateTimeOffset? Until)
{
    public static WindowUse Of(CallWindow window, int limit, TimeSpan length, DateTimeOffset now)
    {
        var used = window.Used(now);
        return new WindowUse(limit, length.TotalSeconds, used, Math.Max(0, limit - used), window.FreeAt(now, limit));
    }
}
