using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Limits;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Limits, seen and changed while the emulator runs.</summary>
public class LimitRouteTests
{
    [Fact]
    public async Task Sizes_change_while_it_runs_and_null_brings_the_default_back()
    {
        await using var scene = await ProductScene.StartAsync();
        var changed = await scene.LimitAsync(new { getPerSecond = 2, tier = "global", tenantQuotas = new { acme = 7 } });
        changed.Status.ShouldBe(200);
        changed.Body!["getPerSecond"]!.GetValue<int>().ShouldBe(2);
        changed.Body["postPerSecond"]!.GetValue<int>().ShouldBe(100);
        (await scene.RepeatAsync(3, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 2, [429] = 1 });
        await scene.LimitAsync(JsonNode.Parse("""{"getPerSecond": null, "tier": "tenant"}""")!);
        scene.Emulator.Platform.Limits.Sizes.GetPerSecond.ShouldBe(100);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        (await scene.RepeatAsync(3, Issue)).ShouldBe(new Dictionary<int, int> { [200] = 2, [429] = 1 });
        (await scene.CallAsync(Issue)).Reason.ShouldBe("jira-quota-tenant-based");
    }

    [Fact]
    public async Task An_endpoint_can_have_a_rate_of_its_own()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.LimitAsync(new { endpoints = new Dictionary<string, int> { ["GET /rest/api/3/issue/{issueIdOrKey}"] = 3 } });
        (await scene.CallAsync(Issue))["X-RateLimit-Limit"].ShouldBe("3");
        (await scene.CallAsync(Myself))["X-RateLimit-Limit"].ShouldBe("100");
    }

    [Fact]
    public async Task Sizes_that_are_none_are_refused_and_change_nothing()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (patch, what) in ((string, string)[])
        [
            ("""{"getPerSecond": 0}""", "getPerSecond"),
            ("""{"globalQuota": 2000000000}""", "globalQuota"),
            ("""{"tenantQuotas": {"acme": -1}}""", "acme"),
            ("""{"burstSeconds": 0}""", "burstSeconds"),
            ("""{"speed": 1}""", "speed"),
            ("""{"tier": "gold"}""", "tier"),
        ])
        {
            var refused = await scene.LimitAsync(JsonNode.Parse(patch)!);
            refused.Status.ShouldBe(400);
            refused.Body!["message"]!.GetValue<string>().ShouldContain(what);
            scene.Emulator.Platform.Limits.Sizes.GetPerSecond.ShouldBe(100);
        }
    }

    [Fact]
    public async Task It_tells_what_is_used_of_each_limit_and_what_was_refused()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { PutPerSecond = 10, IssueWritesShort = 3 });
        await scene.RepeatAsync(5, Issue, "PUT", new { fields = new { summary = "x" } });
        await scene.CallAsync(Issue);
        await scene.CallAsync(Pages, site: scene.Globex, product: "confluence");

        var state = (await scene.SendAsync("GET", "/limits")).Body!;
        state["counts"]!["calls"]!.GetValue<int>().ShouldBe(5);
        state["counts"]!["points"]!.GetValue<int>().ShouldBe(3 + 2 + 26);
        state["counts"]!["refused"]!.ToJsonString().ShouldBe("""{"jira-per-issue-on-write":2}""");
        state["sizes"]!["putPerSecond"]!.GetValue<int>().ShouldBe(10);
        var acme = state["sites"]![0]!;
        acme["site"]!.GetValue<string>().ShouldBe("acme");
        acme["counts"]!["points"]!.GetValue<int>().ShouldBe(5);
        ShouldBeJson(
            acme["quotas"]!,
            """[{"policy":"tenant-app-quota","product":null,"limit":100000,"used":5,"left":99995,"until":"2026-03-02T10:00:00+00:00"}]""");
        acme["endpoints"]!.AsArray().Count.ShouldBe(2);
        ShouldBeJson(
            acme["endpoints"]![0]!,
            """
            {
              "product": "jira", "method": "PUT", "endpoint": "/rest/api/3/issue/{issueIdOrKey}", "perSecond": 10,
              "limit": 10, "used": 3, "left": 7, "until": "2026-03-02T09:00:00.3+00:00"
            }
            """);
        var issue = acme["issues"]!.AsArray().ShouldHaveSingleItem()!;
        issue["issue"]!.GetValue<string>().ShouldBe("ROAD-1");
        ShouldBeJson(issue["short"]!, """{"limit":3,"seconds":2,"used":3,"left":0,"until":"2026-03-02T09:00:02+00:00"}""");
        ShouldBeJson(issue["long"]!, """{"limit":100,"seconds":30,"used":3,"left":97,"until":null}""");
        (await scene.SendAsync("GET", "/limits?site=globex")).Body!["sites"]!.AsArray().ShouldHaveSingleItem()!["counts"]!["calls"]!
            .GetValue<int>().ShouldBe(1);
        (await scene.SendAsync("GET", "/limits?site=moon")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_was_used_can_be_forgotten()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { GetPerSecond = 1, TenantQuota = 2 });
        await scene.RepeatAsync(2, Issue);
        (await scene.SendAsync("DELETE", "/limits")).Body!["counts"]!["calls"]!.GetValue<int>().ShouldBe(0);
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task There_can_be_many_sites_each_with_limits_of_its_own()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = ProductScene.Manifest,
            Sites = 50,
            Limits = new LimitSizes { GetPerSecond = 1 },
        });
        var sites = scene.Emulator.Platform.Sites;
        sites.Select(site => site.CloudId).Distinct().Count().ShouldBe(50);
        foreach (var site in sites)
        {
            (await scene.CallAsync(Myself, site: site)).Status.ShouldBe(200);
        }

        (await scene.CallAsync(Myself, site: sites[49])).Status.ShouldBe(429);
        var impossible = await Should.ThrowAsync<EmulatorException>(() => ProductScene.StartAsync(new LimitSizes { TenantQuota = 0 }));
        impossible.Message.ShouldContain("tenantQuota");
    }

    private static void ShouldBeJson(JsonNode actual, string expected) =>
        JsonNode.DeepEquals(actual, JsonNode.Parse(expected)).ShouldBeTrue(actual.ToJsonString());
}
