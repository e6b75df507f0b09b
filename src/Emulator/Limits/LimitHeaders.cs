using System.Globalization;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>The headers that tell a caller about limits (contract, section 6).</summary>
internal static class LimitHeaders
{
    private const int HourSeconds = 3600;

    public static string QuotaPolicy(QuotaTier tier) => tier is QuotaTier.Global ? "global-app-quota" : "tenant-app-quota";

    /// <summary>Tells where the caller stands, and with a refusal why and how long.</summary>
    public static void Write(IHeaderDictionary headers, LimitedCall call, Standing standing, Refusal? refusal)
    {
        var sizes = standing.Sizes;
        var points = refusal?.Reason == LimitReason.Quota(call.Product, sizes.Tier) ? 0 : standing.Points;
        var requests = refusal?.Reason == LimitReason.Burst(call.Product) ? 0 : standing.Requests;
        var showsPoints = sizes.Remaining is RemainingShown.Always
            || (sizes.Remaining is RemainingShown.Near && (standing.IsNear || points is 0));
        Policy[] policies =
        [
            new(
                QuotaPolicy(sizes.Tier),
                standing.Quota,
                HourSeconds,
                showsPoints ? points : null,
                Seconds(HourlyPoints.Reset(standing.Now) - standing.Now),
                sizes.Beta.HasFlag(BetaHeaders.Quota)),
            new(
                LimitReason.Burst(call.Product),
                standing.PerSecond,
                1,
                sizes.Remaining is RemainingShown.Never ? null : requests,
                1,
                sizes.Beta.HasFlag(BetaHeaders.Burst)),
        ];
        foreach (var group in policies.GroupBy(policy => policy.IsBeta))
        {
            var prefix = group.Key ? "Beta-" : "";
            headers[$"{prefix}RateLimit-Policy"] = string.Join(", ", group.Select(policy => policy.Size));
            headers[$"{prefix}RateLimit"] = string.Join(", ", group.Select(policy => policy.State));
        }

        headers["X-RateLimit-Limit"] = Text(refusal?.Limit ?? sizes.Capacity(standing.PerSecond));
        headers["X-RateLimit-Remaining"] = Text(refusal is null ? requests : 0);
        if (standing.IsNear)
        {
            headers["X-RateLimit-NearLimit"] = "true";
        }

        if (refusal is not null)
        {
            Refuse(headers, refusal, standing.Now);
        }
    }

    /// <summary>Until when, in whole seconds that are not over before it.</summary>
    public static int Seconds(TimeSpan time) => (int)Math.Max(1, Math.Ceiling(time.TotalSeconds));

    private static void Refuse(IHeaderDictionary headers, Refusal refusal, DateTimeOffset now)
    {
        const long Second = TimeSpan.TicksPerSecond;
        var reset = new DateTimeOffset((refusal.Until.UtcTicks + Second - 1) / Second * Second, TimeSpan.Zero);
        headers.RetryAfter = Text(Seconds(refusal.Until - now));
        headers["X-RateLimit-Reset"] = reset.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        headers["RateLimit-Reason"] = refusal.Reason;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>One policy: its name, size (<c>q</c>), window in seconds (<c>w</c>), what is left (<c>r</c>), and until when.</summary>
    private sealed record Policy(string Name, int Quota, int Window, long? Left, int Reset, bool IsBeta)
    {
        public string Size => string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";q={Quota};w={Window}");

        public string State => Left is { } left
            ? string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";r={left};t={Reset}")
            : string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";t={Reset}");
    }
}
