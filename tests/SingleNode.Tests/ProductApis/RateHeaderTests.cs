using System.Net;
using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.SingleNode.Tests.ProductApis;

/// <summary>What is read out of the headers of the contract's section 6, the contradictory ones too.</summary>
public sealed class RateHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 24, 53, TimeSpan.Zero);
    private static readonly LimitedCall Call = new("jira", "GET", "GET /rest/api/3/myself");

    [Theory]
    [InlineData("\"tenant-app-quota\";q=100100;w=3600", "\"tenant-app-quota\";r=17842;t=2107", 100_100L, 17_842L, 2107)]
    [InlineData("\"tenant-app-quota\";q=100100;w=3600", "\"tenant-app-quota\";t=2107", 100_100L, null, 2107)]
    [InlineData("\"tenant-app-quota\"; q=100100; w=3600", "\"tenant-app-quota\"; r=17842; t=9999", 100_100L, 17_842L, null)]
    [InlineData("\"tenant-app-quota\";q=100100;w=3600", "\"tenant-app-quota\";r=-5;t=-5", 100_100L, 0L, null)]
    [InlineData("\"tenant-app-quota\";q=0;w=3600", "\"tenant-app-quota\";r=x;t=", null, null, null)]
    [InlineData(null, "\"tenant-app-quota\";r=17842;t=2107", null, 17_842L, 2107)]
    [InlineData("\"burst\";q=5;w=1, \"tenant-app-quota\";q=100100;w=3600", "\"burst\";r=1;t=1,\"tenant-app-quota\";r=17842;t=2107", 100_100L, 17_842L, 2107)]
    public void Points_of_a_site(string? policy, string state, long? limit, long? remaining, int? resetAfterSeconds)
    {
        foreach (var prefix in (string[])["", "Beta-"])
        {
            var reading = Read(200, ($"{prefix}RateLimit-Policy", policy), ($"{prefix}RateLimit", state)).ShouldNotBeNull();
            reading.Site.ShouldBe(new(limit, remaining, resetAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
            reading.App.ShouldBeNull();
        }
    }

    [Fact]
    public void Points_of_a_site_and_of_the_app_in_one_header()
    {
        var reading = Read(
            200, ("RateLimit-Policy", "\"global-app-quota\";q=65000;w=3600, \"tenant-app-quota\";q=100100;w=3600"),
            ("RateLimit", "\"global-app-quota\";r=60000;t=2107, \"tenant-app-quota\";r=100000;t=2107")).ShouldNotBeNull();
        (reading.App!.Limit, reading.App.Remaining, reading.Site!.Remaining).ShouldBe((65_000, 60_000, 100_000));
    }

    [Fact]
    public void A_limit_is_near() => Read(200, ("X-RateLimit-NearLimit", "true")).ShouldNotBeNull().IsNearLimit.ShouldBeTrue();

    [Fact]
    public void An_answer_that_says_nothing_teaches_nothing() => Read(200, ("X-RateLimit-NearLimit", "false")).ShouldBeNull();

    [Theory]
    [InlineData("100", null, 100, null)]
    [InlineData("100100", null, null, 100_100L)]
    [InlineData("0", null, null, null)]
    [InlineData("-1", null, null, null)]
    [InlineData("200", "\"tenant-app-quota\";q=200;w=3600", null, 200L)]
    public void Requests_a_second_are_told_from_points_an_hour(string limit, string? policy, int? perSecond, long? points)
    {
        var reading = Read(200, ("X-RateLimit-Limit", limit), ("RateLimit-Policy", policy));
        reading?.PerSecond.ShouldBe(perSecond);
        reading?.Site?.Limit.ShouldBe(points);
        if (perSecond is null && points is null)
            reading.ShouldBeNull();
    }

    [Theory]
    [InlineData("30", null, 30, false)]
    [InlineData("Mon, 02 Mar 2026 09:25:53 GMT", null, 60, false)]
    [InlineData("99999", null, 3600, false)]
    [InlineData("99999999999999", null, 3600, false)]
    [InlineData("-1", null, null, false)]
    [InlineData("soon", "2026-03-02T09:25:23Z", 30, false)]
    [InlineData(null, "2026-03-02T09:25Z", 7, false)]
    [InlineData(null, "2026-03-02T09:00:00Z", null, true)]
    [InlineData(null, "2027-03-02T09:00:00Z", 3600, false)]
    [InlineData(null, null, null, false)]
    [InlineData("5", "2026-03-02T09:00:00Z", 5, true)]
    [InlineData("0", "2026-03-02T09:25:23Z", 30, false)]
    [InlineData("0", null, 0, false)]
    public void A_refusal_says_when_to_come_again(string? retryAfter, string? reset, int? seconds, bool hasPassed)
    {
        var refusal = Read(429, ("Retry-After", retryAfter), ("X-RateLimit-Reset", reset), ("RateLimit-Reason", "jira-burst-based")).ShouldNotBeNull().Refusal.ShouldNotBeNull();
        refusal.ShouldBe(new("jira-burst-based", seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, hasPassed));
    }

    [Fact]
    public void A_refusal_by_points_does_not_change_the_endpoint() =>
        Read(429, ("X-RateLimit-Limit", "100"), ("RateLimit-Reason", "jira-quota-tenant-based")).ShouldNotBeNull().PerSecond.ShouldBeNull();

    private static CallReading? Read(int status, params (string Name, string? Value)[] headers)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        foreach (var (name, value) in headers)
            if (value is not null)
                response.Headers.TryAddWithoutValidation(name, value);
        return RateHeaders.Read(response, Call, 100, Now);
    }
}
