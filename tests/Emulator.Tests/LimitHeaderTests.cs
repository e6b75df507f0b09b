using ForgeOrleans.Emulator.Limits;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What headers tell about limits.</summary>
public class LimitHeaderTests
{
    [Fact]
    public async Task Every_answer_tells_the_policies_and_what_is_left_of_them()
    {
        await using var scene = await ProductScene.StartAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(600));
        var answer = await scene.CallAsync(Issue);
        answer["RateLimit-Policy"].ShouldBe("\"tenant-app-quota\";q=100000;w=3600, \"jira-burst-based\";q=100;w=1");
        answer["RateLimit"].ShouldBe("\"tenant-app-quota\";t=3000, \"jira-burst-based\";r=99;t=1");
        answer["X-RateLimit-Limit"].ShouldBe("100");
        answer["X-RateLimit-Remaining"].ShouldBe("99");
        string[] absents = ["Retry-After", "RateLimit-Reason", "X-RateLimit-Reset", "X-RateLimit-NearLimit", "Beta-RateLimit"];
        foreach (var absent in absents)
        {
            answer.Headers.ShouldNotContainKey(absent);
        }
    }

    [Fact]
    public async Task A_refusal_tells_why_and_until_when()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 4 });
        await scene.RepeatAsync(4, Issue);
        var refused = await scene.CallAsync(Issue);
        refused.Status.ShouldBe(429);
        refused["Retry-After"].ShouldBe("1");
        refused["RateLimit-Reason"].ShouldBe("jira-burst-based");
        refused["X-RateLimit-Limit"].ShouldBe("4");
        refused["X-RateLimit-Remaining"].ShouldBe("0");
        refused["X-RateLimit-Reset"].ShouldBe("2026-03-02T09:00:01Z");
        refused["RateLimit"]!.ShouldEndWith("\"jira-burst-based\";r=0;t=1");
        refused.Body!["message"]!.GetValue<string>().ShouldContain("jira-burst-based");
    }

    [Theory]
    [InlineData(RemainingShown.Near, 7, false, null)]
    [InlineData(RemainingShown.Near, 8, false, null)]
    [InlineData(RemainingShown.Near, 9, true, 2)]
    [InlineData(RemainingShown.Always, 1, false, 18)]
    [InlineData(RemainingShown.Never, 9, true, null)]
    public async Task Below_a_fifth_the_end_is_near_and_told(RemainingShown shown, int reads, bool near, int? remaining)
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { TenantQuota = 20, Remaining = shown });
        await scene.RepeatAsync(reads - 1, Issue);
        var answer = await scene.CallAsync(Issue);
        answer.Status.ShouldBe(200);
        answer["X-RateLimit-NearLimit"].ShouldBe(near ? "true" : null);
        var quota = answer["RateLimit"]!.Split(", ")[0];
        quota.ShouldBe(remaining is null ? "\"tenant-app-quota\";t=3600" : $"\"tenant-app-quota\";r={remaining};t=3600");
    }

    [Theory]
    [InlineData(BetaHeaders.None, "tenant-app-quota jira-burst-based", "")]
    [InlineData(BetaHeaders.Burst, "tenant-app-quota", "jira-burst-based")]
    [InlineData(BetaHeaders.Quota, "jira-burst-based", "tenant-app-quota")]
    [InlineData(BetaHeaders.All, "", "tenant-app-quota jira-burst-based")]
    public async Task Policies_can_come_with_the_prefix_Beta(BetaHeaders beta, string plain, string prefixed)
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { Beta = beta });
        var answer = await scene.CallAsync(Issue);
        foreach (var header in (string[])["RateLimit", "RateLimit-Policy"])
        {
            Names(answer[header]).ShouldBe(plain);
            Names(answer[$"Beta-{header}"]).ShouldBe(prefixed);
        }

        static string Names(string? header) =>
            string.Join(' ', (header ?? "").Split(", ").Select(policy => policy.Split(';')[0].Trim('"')));
    }

    [Fact]
    public async Task A_larger_bucket_is_told_beside_the_rate()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { BurstSeconds = 3.5 });
        var answer = await scene.CallAsync(Issue);
        answer["X-RateLimit-Limit"].ShouldBe("350");
        answer["RateLimit-Policy"]!.ShouldEndWith("\"jira-burst-based\";q=100;w=1");
        answer["RateLimit"]!.ShouldEndWith("\"jira-burst-based\";r=349;t=1");
    }

    [Fact]
    public async Task A_refusal_lasts_until_there_is_a_token_and_not_until_the_bucket_is_full()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 2, BurstSeconds = 5 });
        (await scene.RepeatAsync(10, Myself)).ShouldBe(new Dictionary<int, int> { [200] = 10 });
        var refused = await scene.CallAsync(Myself);
        refused["Retry-After"].ShouldBe("1");
        refused["X-RateLimit-Reset"].ShouldBe("2026-03-02T09:00:01Z");
    }
}
