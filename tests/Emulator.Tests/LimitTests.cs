using ForgeOrleans.Emulator.Limits;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The three limits on calls of products, which hold at once.</summary>
public class LimitTests
{
    [Theory]
    [InlineData("GET", 100)]
    [InlineData("POST", 100)]
    [InlineData("PUT", 50)]
    [InlineData("DELETE", 50)]
    public async Task An_endpoint_takes_so_many_requests_a_second_by_its_method(string method, int perSecond)
    {
        await using var scene = await ProductScene.StartAsync();
        // No such issue: nothing but the endpoint's own limit is in the way.
        const string Nothing = "rest/api/3/issue/ROAD-999/comment";
        var path = method is "GET" or "POST" ? Nothing : "rest/api/3/issue/ROAD-999";
        var statuses = await scene.RepeatAsync(perSecond + 1, path, method, method is "POST" or "PUT" ? new { body = "x" } : null);
        statuses.ShouldBe(new Dictionary<int, int> { [404] = perSecond, [429] = 1 });

        scene.Clock.Advance(TimeSpan.FromSeconds(1.0 / perSecond));
        statuses = await scene.RepeatAsync(2, path, method, method is "POST" or "PUT" ? new { body = "x" } : null);
        statuses.ShouldBe(new Dictionary<int, int> { [404] = 1, [429] = 1 });
    }

    [Fact]
    public async Task A_bucket_fills_evenly_and_holds_no_more_than_a_second_of_requests()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 10 });
        (await scene.RepeatAsync(12, Myself)).ShouldBe(new Dictionary<int, int> { [200] = 10, [429] = 2 });
        scene.Clock.Advance(TimeSpan.FromMilliseconds(399));
        (await scene.RepeatAsync(5, Myself)).ShouldBe(new Dictionary<int, int> { [200] = 3, [429] = 2 });
        scene.Clock.Advance(TimeSpan.FromHours(1));
        (await scene.RepeatAsync(12, Myself)).ShouldBe(new Dictionary<int, int> { [200] = 10, [429] = 2 });
    }

    [Fact]
    public async Task Another_endpoint_method_product_or_site_goes_on()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 1 });
        await scene.CallAsync(Issue);
        var refused = await scene.CallAsync(OtherIssue);
        refused.Status.ShouldBe(429);
        refused.Reason.ShouldBe("jira-burst-based");
        (await scene.CallAsync(Myself)).Status.ShouldBe(200);
        (await scene.CallAsync(OtherIssue, "PUT", new { fields = new { summary = "x" } })).Status.ShouldBe(204);
        (await scene.CallAsync("rest/api/3/issue/REA-1", site: scene.Globex)).Status.ShouldBe(200);
        (await scene.CallAsync(Pages, product: "confluence")).Status.ShouldBe(200);
        (await scene.CallAsync(Pages, product: "confluence")).Reason.ShouldBe("confluence-burst-based");
    }

    [Fact]
    public async Task Made_up_paths_share_one_limit()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 2 });
        (await scene.CallAsync("rest/api/3/nothing/1")).Status.ShouldBe(404);
        (await scene.CallAsync("rest/api/3/nothing/2")).Status.ShouldBe(404);
        (await scene.CallAsync("rest/api/3/something")).Status.ShouldBe(429);
        (await scene.CallAsync("rest/api/3/something", "DANCE")).Status.ShouldBe(404);
        (await scene.CallAsync("rest/api/3/something", "SING")).Status.ShouldBe(404);
        (await scene.CallAsync("rest/api/3/something", "JUMP")).Status.ShouldBe(429);
    }

    [Fact]
    public async Task An_issue_takes_20_writes_in_any_2_seconds_and_100_in_any_30()
    {
        await using var scene = await ProductScene.StartAsync();
        var edit = new { fields = new { summary = "x" } };
        for (var burst = 0; burst < 5; burst++)
        {
            (await scene.RepeatAsync(20, Issue, "PUT", edit)).ShouldBe(new Dictionary<int, int> { [204] = 20 });
            var refused = await scene.CallAsync(Issue, "PUT", edit);
            refused.Reason.ShouldBe("jira-per-issue-on-write");
            refused.Number("X-RateLimit-Limit").ShouldBe(burst < 4 ? 20 : 100);
            refused.Number("Retry-After").ShouldBe(burst < 4 ? 2 : 22);
            // By its id it is the same issue, and a comment is a write to it too.
            var comment = await scene.CallAsync("rest/api/3/issue/10001/comment", "POST", new { body = "x" });
            comment.Reason.ShouldBe("jira-per-issue-on-write");
            (await scene.CallAsync(OtherIssue, "PUT", edit)).Status.ShouldBe(204);
            (await scene.CallAsync(Issue)).Status.ShouldBe(200);
            scene.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        (await scene.CallAsync(Issue, "PUT", edit)).Status.ShouldBe(429);
        scene.Clock.Advance(TimeSpan.FromSeconds(20));
        (await scene.RepeatAsync(21, Issue, "PUT", edit)).ShouldBe(new Dictionary<int, int> { [204] = 20, [429] = 1 });
    }

    [Fact]
    public async Task A_call_costs_a_point_and_a_read_one_for_every_object_more_and_two_for_users()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (path, method, points) in ((string, string, int)[])
        [
            (Issue, "GET", 2),
            (Myself, "GET", 3),
            ("rest/api/3/search/jql?jql=project=DESK&maxResults=30", "GET", 31),
            ("rest/api/3/users/search", "GET", 7),
            ("rest/api/3/project/search?maxResults=10", "GET", 11),
            ("rest/api/3/issue/ROAD-999", "GET", 1),
            ("rest/api/3/issue/ROAD-1/comment", "POST", 1),
            (Issue, "DELETE", 1),
        ])
        {
            scene.Emulator.Platform.Limits.Forget();
            await scene.CallAsync(path, method, method is "POST" ? new { body = "x" } : null);
            scene.Emulator.Platform.Limits.Counts().Points.ShouldBe(points);
            scene.Emulator.Platform.Limits.Counts("globex").Points.ShouldBe(0);
            var state = (await scene.SendAsync("GET", "/limits?site=acme")).Body!["sites"]![0]!;
            state["quotas"]![0]!["used"]!.GetValue<int>().ShouldBe(points);
        }
    }

    [Fact]
    public async Task A_sites_points_end_all_calls_to_that_site_until_the_top_of_the_hour()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { TenantQuota = 10 });
        scene.Clock.Advance(TimeSpan.FromMinutes(15));
        (await scene.RepeatAsync(6, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 5, [429] = 1 });
        var refused = await scene.CallAsync(Projects);
        refused.Reason.ShouldBe("jira-quota-tenant-based");
        refused.Number("Retry-After").ShouldBe(45 * 60);
        refused["X-RateLimit-Reset"].ShouldBe("2026-03-02T10:00:00Z");
        refused.Number("X-RateLimit-Limit").ShouldBe(10);
        refused.Number("X-RateLimit-Remaining").ShouldBe(0);
        refused["RateLimit"]!.ShouldStartWith("\"tenant-app-quota\";r=0;t=2700");
        (await scene.CallAsync(Pages, product: "confluence")).Reason.ShouldBe("confluence-quota-tenant-based");
        (await scene.CallAsync("rest/api/3/issue/REA-1", site: scene.Globex)).Status.ShouldBe(200);

        scene.Clock.Advance(TimeSpan.FromMinutes(45) - TimeSpan.FromTicks(1));
        (await scene.CallAsync(Issue)).Status.ShouldBe(429);
        scene.Clock.Advance(TimeSpan.FromTicks(1));
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_global_pool_is_used_up_by_all_sites_together()
    {
        var sizes = new LimitSizes { Tier = QuotaTier.Global, GlobalQuota = 10, TenantQuota = 1 };
        await using var scene = await ProductScene.StartAsync(sizes);
        (await scene.RepeatAsync(3, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 3 });
        var last = await scene.RepeatAsync(3, "rest/api/3/issue/REA-1", site: scene.Globex);
        last.ShouldBe(new Dictionary<int, int> { [200] = 2, [429] = 1 });
        var refused = await scene.CallAsync(Pages, product: "confluence");
        refused.Reason.ShouldBe("confluence-quota-global-based");
        refused["RateLimit-Policy"]!.ShouldStartWith("\"global-app-quota\";q=10;w=3600");
        scene.Clock.Advance(TimeSpan.FromHours(1));
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Products_can_have_a_quota_each()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { TenantQuota = 2, QuotaPerProduct = true });
        (await scene.RepeatAsync(2, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 1, [429] = 1 });
        (await scene.CallAsync(Pages, product: "confluence")).Status.ShouldBe(200);
        (await scene.CallAsync(Pages, product: "confluence")).Reason.ShouldBe("confluence-quota-tenant-based");
    }

    [Fact]
    public async Task What_is_refused_uses_nothing_up()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { IssueWritesShort = 1, PutPerSecond = 3 });
        var edit = new { fields = new { summary = "x" } };
        await scene.CallAsync(Issue, "PUT", edit);
        (await scene.CallAsync(Issue, "PUT", edit)).Reason.ShouldBe("jira-per-issue-on-write");
        scene.Emulator.Platform.Limits.Counts().Points.ShouldBe(1);
        // One of the endpoint's three is gone, not two.
        (await scene.CallAsync(OtherIssue, "PUT", edit)).Number("X-RateLimit-Remaining").ShouldBe(1);
    }

    [Fact]
    public async Task A_call_without_a_good_token_is_not_counted()
    {
        await using var scene = await ProductScene.StartAsync();
        (await scene.CallAsync(Issue, token: "x")).Status.ShouldBe(401);
        scene.Emulator.Platform.Limits.Counts().Calls.ShouldBe(0);
    }

    [Fact]
    public async Task Limits_can_be_told_and_not_enforced()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { Enforced = false, GetPerSecond = 2, TenantQuota = 4 });
        (await scene.RepeatAsync(5, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 5 });
        (await scene.CallAsync(Issue))["RateLimit"].ShouldBe("\"tenant-app-quota\";r=0;t=3600, \"jira-burst-based\";r=0;t=1");
    }
}
