using System.Globalization;
using System.Net;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>Reads what a product's answer says of its limits, in any of the headers it may say it in (contract section 6). What makes no sense is left out.</summary>
internal static class RateHeaders
{
    /// <summary>The longest that a product is believed to close something for: its quotas are by the hour.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const string SitePolicy = "tenant-app-quota";
    private const string AppPolicy = "global-app-quota";
    private const int LongestReason = 100;

    // Of an endpoint's usual rate. What is more is not a second's.
    private const int MostTimesUsual = 3;

    /// <returns>What was said, or null when nothing was.</returns>
    public static CallReading? Read(HttpResponseMessage response, LimitedCall call, int usual, DateTimeOffset now)
    {
        var isRefused = response.StatusCode == HttpStatusCode.TooManyRequests;
        var reason = isRefused ? Reason(response) : null;
        var (site, app) = Quotas(response);
        var limit = Number(response, "X-RateLimit-Limit");
        var isNear = string.Equals(One(response, "X-RateLimit-NearLimit"), "true", StringComparison.OrdinalIgnoreCase);
        // The same header stands for the second's requests and for the hour's points: their sizes tell them apart.
        var isBurst = limit > 0 && limit <= usual * MostTimesUsual && limit != site?.Limit && limit != app?.Limit && (reason is null || reason.Contains("burst", StringComparison.OrdinalIgnoreCase));
        if (limit > usual * MostTimesUsual && site is null && app is null && reason is null)
            site = new(limit, Number(response, "X-RateLimit-Remaining"), null);
        int? perSecond = isBurst ? (int)limit! : null;
        if (!isRefused && !isNear && site is null && app is null && perSecond is null)
            return null;
        return new(call.Product, call.Endpoint)
        {
            Issue = call.Issue,
            Site = site,
            App = app,
            PerSecond = perSecond,
            IsNearLimit = isNear,
            Refusal = isRefused ? new(reason, RetryAfter(response, now), Reset(response) <= now) : null,
        };
    }

    /// <summary>When to call again, by <c>Retry-After</c> or else by the reset; null when neither says it.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var asked = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;
        if (asked > TimeSpan.Zero)
            return asked < Longest ? asked : Longest;
        // Longer than can be counted.
        if (One(response, "Retry-After") is { Length: > 9 } digits && digits.All(char.IsAsciiDigit))
            return Longest;
        // At once is not believed of who says in the same breath that there is more to wait.
        return Reset(response) - now is { Ticks: > 0 } until ? until < Longest ? until : Longest : asked == TimeSpan.Zero ? asked : null;
    }

    private static DateTimeOffset? Reset(HttpResponseMessage response) => DateTimeOffset.TryParse(
        One(response, "X-RateLimit-Reset"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var reset) ? reset : null;

    private static string? Reason(HttpResponseMessage response) => One(response, "RateLimit-Reason")?.Trim() switch
    {
        null or "" => null,
        { Length: > LongestReason } reason => reason[..LongestReason],
        var reason => reason,
    };

    private static (QuotaReading? Site, QuotaReading? App) Quotas(HttpResponseMessage response)
    {
        var policies = Items(response, "RateLimit-Policy").ToLookup(item => item.Name);
        var states = Items(response, "RateLimit").ToLookup(item => item.Name);
        return (Quota(SitePolicy), Quota(AppPolicy));

        QuotaReading? Quota(string name)
        {
            var (policy, state) = (policies[name].FirstOrDefault(), states[name].FirstOrDefault());
            if (policy.Name is null && state.Name is null)
                return null;
            var window = policy.Number("w");
            var resetAfter = state.Number("t") is > 0 and var t && t <= (window ?? (long)Longest.TotalSeconds) ? TimeSpan.FromSeconds(t) : (TimeSpan?)null;
            return new(policy.Number("q") is > 0 and var q ? q : null, state.Number("r") is { } r ? Math.Max(0, r) : null, resetAfter);
        }
    }

    // "tenant-app-quota";q=100100;w=3600, "global-app-quota";q=65000;w=3600
    private static IEnumerable<Item> Items(HttpResponseMessage response, string header)
    {
        foreach (var name in (string[])[header, $"Beta-{header}"])
            if (response.Headers.NonValidated.TryGetValues(name, out var values))
                foreach (var value in values)
                    foreach (var item in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                    {
                        var parts = item.Split(';', StringSplitOptions.TrimEntries);
                        yield return new(parts[0].Trim('"'), parts[1..]);
                    }
    }

    private static long? Number(HttpResponseMessage response, string header) =>
        long.TryParse(One(response, header), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? One(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out var values) ? values.ToString() : null;

    private readonly record struct Item(string? Name, string[] Parameters)
    {
        public long? Number(string key)
        {
            foreach (var parameter in Parameters ?? [])
                if (parameter.Length > key.Length && parameter.StartsWith(key, StringComparison.OrdinalIgnoreCase) && parameter[key.Length] == '='
                    && double.TryParse(parameter.AsSpan(key.Length + 1), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    && Math.Abs(number) < long.MaxValue / 2)
                    return (long)number;
            return null;
        }
    }
}
