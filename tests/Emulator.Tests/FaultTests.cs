using System.Globalization;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Faults;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What goes wrong with calls of products, on demand.</summary>
public class FaultTests
{
    [Fact]
    public async Task A_429_of_each_kind_has_the_headers_of_its_reason()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (reason, header, retryAfter, limit) in ((string?, string, int, int)[])
        [
            (null, "jira-burst-based", 1, 100),
            ("burst", "jira-burst-based", 1, 100),
            ("issue", "jira-per-issue-on-write", 2, 20),
            ("tenant", "jira-quota-tenant-based", 3600, 100_000),
            ("global", "jira-quota-global-based", 3600, 65_000),
            ("jira-moon-based", "jira-moon-based", 1, 100),
        ])
        {
            scene.Emulator.Platform.Limits.Forget();
            await scene.FaultAsync(new { kind = "rateLimit", reason, count = 1 });
            var refused = await scene.CallAsync(Issue);
            refused.Status.ShouldBe(429);
            refused.Reason.ShouldBe(header);
            refused.Number("Retry-After").ShouldBe(retryAfter);
            refused.Number("X-RateLimit-Limit").ShouldBe(limit);
            refused.Number("X-RateLimit-Remaining").ShouldBe(0);
            refused["X-RateLimit-Reset"].ShouldBe(retryAfter is 3600 ? "2026-03-02T10:00:00Z" : $"2026-03-02T09:00:0{retryAfter}Z");
            if (reason is "tenant" or "global")
            {
                refused["RateLimit"]!.ShouldStartWith($"\"{reason}-app-quota\";r=0;t=3600");
            }

            scene.Emulator.Platform.Limits.Counts("acme").Refused[header].ShouldBe(1);
            (await scene.CallAsync(Issue)).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_fault_can_have_headers_of_its_own_that_contradict_one_another()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.FaultAsync(new
        {
            kind = "rateLimit",
            reason = "tenant",
            retryAfter = 17,
            headers = new Dictionary<string, string?>
            {
                ["X-RateLimit-Reset"] = "2001-01-01T00:00:00Z",
                ["RateLimit"] = "\"tenant-app-quota\";t=99999",
                ["RateLimit-Policy"] = null,
            },
        });
        var refused = await scene.CallAsync(Issue);
        refused["Retry-After"].ShouldBe("17");
        refused["X-RateLimit-Reset"].ShouldBe("2001-01-01T00:00:00Z");
        refused["RateLimit"].ShouldBe("\"tenant-app-quota\";t=99999");
        refused["RateLimit-Policy"].ShouldBeNull();
    }

    [Fact]
    public async Task An_error_has_a_status_and_says_when_to_come_back_if_told()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (status, retryAfter, expected) in ((int?, int?, int)[])[(null, null, 503), (500, null, 500), (503, 30, 503)])
        {
            scene.Emulator.Platform.Faults.Clear();
            await scene.FaultAsync(new { kind = "error", status, retryAfter });
            var failed = await scene.CallAsync(Issue);
            failed.Status.ShouldBe(expected);
            failed["Retry-After"].ShouldBe(retryAfter?.ToString(CultureInfo.InvariantCulture));
            scene.Emulator.Platform.Limits.Counts().Calls.ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_call_can_fail_before_or_after_it_did_its_work()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (kind, processed) in ((string, bool)[])[("error", false), ("error", true), ("reset", false), ("reset", true)])
        {
            var before = await CommentsAsync();
            await scene.FaultAsync(new { kind, processed, count = 1 });
            var comment = scene.CallAsync($"{Issue}/comment", "POST", new { body = "x" });
            if (kind is "reset")
            {
                await Should.ThrowAsync<HttpRequestException>(() => comment);
            }
            else
            {
                (await comment).Status.ShouldBe(503);
            }

            (await CommentsAsync() - before).ShouldBe(processed ? 1 : 0, kind);
        }

        async Task<int> CommentsAsync() => (await scene.CallAsync($"{Issue}/comment")).Body!["total"]!.GetValue<int>();
    }

    [Fact]
    public async Task An_answer_can_be_slow_by_the_clock()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.FaultAsync(new { kind = "slow", delay = 7 });
        var call = scene.CallAsync(Issue);
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(7));
        call.IsCompleted.ShouldBeFalse();
        scene.Clock.Advance(TimeSpan.FromSeconds(7));
        (await call).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_slow_answer_can_be_a_failure_too()
    {
        await using var scene = await ProductScene.StartAsync();
        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.Slow, Delay = 2 });
        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.Error, Status = 502 });
        var call = scene.CallAsync(Issue);
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(2));
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        (await call).Status.ShouldBe(502);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_and_the_next_invocation_brings_another()
    {
        await using var scene = await ProductScene.StartAsync();
        var revoked = await scene.SystemTokenAsync(scene.Acme);
        var user = (await scene.MintAsync())["userToken"]!.GetValue<string>();
        await scene.FaultAsync(new { kind = "revokedToken", site = "acme", principal = "app" });
        var refused = await scene.CallAsync(Issue, token: revoked);
        refused.Status.ShouldBe(401);
        refused.Body!.Text("message").ShouldContain("revoked");
        (await scene.SendAsync("POST", "/graphql", revoked, new { query = "" })).Status.ShouldBe(401);
        (await scene.CallAsync(Issue, token: user)).Status.ShouldBe(200);

        var next = await scene.SystemTokenAsync(scene.Acme);
        next.ShouldNotBe(revoked);
        (await scene.CallAsync(Issue, token: next)).Status.ShouldBe(200);
        (await scene.SystemTokenAsync(scene.Acme)).ShouldBe(next);
        (await scene.CallAsync(Issue, token: revoked)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData(null, 403)]
    [InlineData(401, 401)]
    public async Task Permissions_come_late_after_an_installation(int? status, int expected)
    {
        await using var scene = await ProductScene.StartAsync();
        if (status is null)
        {
            await scene.PostAsync("/sites/acme/reinstall", new { productDelay = 30 });
        }
        else
        {
            await scene.FaultAsync(new { kind = "noPermission", site = "acme", status, seconds = 30 });
        }

        var listed = (await scene.SendAsync("GET", "/faults?site=acme")).Body!["faults"]!.AsArray();
        listed.ShouldHaveSingleItem()!.Text("kind").ShouldBe("noPermission");
        (await scene.CallAsync(Issue)).Status.ShouldBe(expected);
        (await scene.CallAsync("rest/api/3/issue/REA-1", site: scene.Globex)).Status.ShouldBe(200);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_installation_takes_the_place_of_the_delay_of_the_one_before()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.PostAsync("/sites/acme/reinstall", new { productDelay = 3000 });
        await scene.PostAsync("/sites/acme/reinstall", new { });
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_fault_is_for_what_it_names_alone()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (name, other, same) in ((string, string, string)[])
        [
            ("site", "globex", "acme"),
            ("product", "confluence", "jira"),
            ("path", "/rest/api/3/project", "/rest/api/3/issue"),
            ("method", "PUT", "get"),
            ("principal", "somebody", "app"),
        ])
        {
            await scene.FaultAsync(new Dictionary<string, string> { ["kind"] = "error", [name] = other });
            (await scene.CallAsync(Issue)).Status.ShouldBe(200, name);
            await scene.FaultAsync(new Dictionary<string, string> { ["kind"] = "error", [name] = same });
            (await scene.CallAsync(Issue)).Status.ShouldBe(503, name);
            (await scene.SendAsync("DELETE", "/faults")).Body!["faults"]!.AsArray().ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_gateway_has_faults_of_its_own()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.FaultAsync(new { kind = "rateLimit", product = "graphql", retryAfter = 9 });
        var refused = await scene.SendAsync("POST", "/graphql", await scene.SystemTokenAsync(scene.Acme), new { query = "" });
        refused.Status.ShouldBe(429);
        refused["Retry-After"].ShouldBe("9");
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Faults_are_counted_listed_and_cleared()
    {
        await using var scene = await ProductScene.StartAsync();
        var first = await scene.FaultAsync(new { kind = "error", count = 3, path = "/rest/api/3/issue" });
        await scene.FaultAsync(new { kind = "error", seconds = 60, site = "globex" });
        await scene.CallAsync(Issue);
        var listed = (await scene.SendAsync("GET", "/faults?site=acme")).Body!["faults"]!.AsArray().ShouldHaveSingleItem()!;
        listed["id"]!.GetValue<long>().ShouldBe(first["id"]!.GetValue<long>());
        listed["hits"]!.GetValue<int>().ShouldBe(1);
        listed["left"]!.GetValue<int>().ShouldBe(2);
        scene.Emulator.Platform.Faults.Hits(first["id"]!.GetValue<long>()).ShouldBe(1);

        scene.Clock.Advance(TimeSpan.FromSeconds(60));
        (await scene.SendAsync("GET", "/faults")).Body!["faults"]!.AsArray().ShouldHaveSingleItem();
        (await scene.SendAsync("DELETE", $"/faults/{first["id"]}")).Body!["faults"]!.AsArray().ShouldBeEmpty();
        (await scene.SendAsync("DELETE", $"/faults/{first["id"]}")).Status.ShouldBe(404);
        (await scene.CallAsync(Issue)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_fault_that_is_none_is_refused()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var fault in (string[])
        [
            "{}",
            """{"kind": "earthquake"}""",
            """{"kind": 99}""",
            """{"kind": "error", "site": "moon"}""",
            """{"kind": "error", "status": 200}""",
            """{"kind": "error", "count": 0}""",
            """{"kind": "error", "seconds": -1}""",
            """{"kind": "slow", "delay": 1e9}""",
            """{"kind": "noPermission", "status": 500}""",
            """{"kind": "rateLimit", "reason": "a\r\nb"}""",
            $$"""{"kind": "error", "path": "{{new string('x', 1001)}}"}""",
            """{"kind": "rateLimit", "headers": {"X:": "1"}}""",
            """{"kind": "rateLimit", "headers": {"X": "1\n2"}}""",
        ])
        {
            (await scene.SendAsync("POST", "/faults", body: JsonNode.Parse(fault))).Status.ShouldBeOneOf(400, 404);
            (await scene.SendAsync("GET", "/faults")).Body!["faults"]!.AsArray().ShouldBeEmpty(fault);
        }
    }
}
