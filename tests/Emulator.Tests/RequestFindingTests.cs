using Microsoft.AspNetCore.Http;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the feed tells of a remote that does not keep the contract.</summary>
public class RequestFindingTests
{
    private static readonly TimeSpan InvocationLimit = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(200, "application/json", "{}", null, "")]
    [InlineData(204, null, "", null, "")]
    [InlineData(200, "text/plain", "[1]", null, "")]
    [InlineData(404, "application/json", "{}", null, "")]
    [InlineData(403, null, "{}", null, "")]
    [InlineData(401, "application/json", "{}", "4", "reserved for a token that does not verify")]
    [InlineData(302, null, "", "4", "redirect")]
    [InlineData(404, "application/problem+json", "{}", "4", "application/problem+json")]
    [InlineData(500, "text/html", "<p>", "4", "text/html")]
    [InlineData(500, "application/json", "", "4", "no body")]
    [InlineData(200, "application/json", "<p>", "4", "no JSON")]
    public async Task An_answer_to_a_frontend_is_judged(int status, string? contentType, string body, string? section, string words)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(status, contentType, body);
        await scene.InvokeAsync();
        var request = await scene.LastRequestAsync();
        request["status"]!.GetValue<int>().ShouldBe(status);
        request.Text("verdict").ShouldBe(section is null ? "kept" : "broken");
        if (section is null)
        {
            request["findings"]!.AsArray().ShouldBeEmpty();
        }
        else
        {
            request.OnlyFinding().Text("severity").ShouldBe("error");
            request.OnlyFinding().Text("section").ShouldBe(section);
            request.OnlyFinding().Text("message").ShouldContain(words);
        }
    }

    [Theory]
    [InlineData("""{"forged": true}""", 200, "broken", "3")]
    [InlineData("""{"expiresIn": -300}""", 200, "broken", "3")]
    [InlineData("""{"expiresIn": -5}""", 200, "warned", "3")]
    [InlineData("""{"audience": "ari:cloud:ecosystem::app/another"}""", 204, "broken", "3")]
    [InlineData("""{"claims": {"iss": "somebody"}}""", 200, "broken", "3")]
    [InlineData("""{"claims": {"nbf": 99999999999}}""", 200, "broken", "3")]
    [InlineData("""{"claims": {"exp": null}}""", 200, "broken", "3")]
    [InlineData("""{"forged": true}""", 403, "warned", "4")]
    [InlineData("""{"forged": true}""", 401, "kept", null)]
    [InlineData("""{"claims": {"unheardOf": true}}""", 200, "kept", null)]
    public async Task A_bad_token_must_be_answered_401(string fit, int status, string verdict, string? section)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(status, body: status is 204 ? "" : "{}");
        var report = await scene.InvocationAsync(new { fit = System.Text.Json.Nodes.JsonNode.Parse(fit) });
        report["request"]!.Text("verdict").ShouldBe(verdict);
        report["request"]!["findings"]!.AsArray().Select(finding => finding!.Text("section")).ShouldBe(section is null ? [] : [section]);
    }

    [Theory]
    [InlineData("event", 500, "broken", "7")]
    [InlineData("event", 302, "broken", "4")]
    [InlineData("event", 401, "broken", "4")]
    [InlineData("event", 202, "kept", null)]
    [InlineData("trigger", 404, "broken", "4")]
    [InlineData("preUninstall", 500, "warned", "1")]
    [InlineData("preUninstall", 204, "kept", null)]
    public async Task A_delivery_must_be_answered_2xx(string kind, int status, string verdict, string? section)
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(status, body: "");
        await (kind switch
        {
            "event" => scene.BeginAsync("/events", new { @event = Updated, retries = 0 }),
            "trigger" => scene.BeginAsync("/triggers", new { trigger = "hourly-sync", retries = 0 }),
            _ => (Task)scene.PostAsync("/sites/acme/uninstall", new { }),
        });
        await scene.Client.GetAsync("/deliveries/1?wait=20");
        var request = await scene.LastRequestAsync();
        request.Text("kind").ShouldBe(kind);
        request.Text("verdict").ShouldBe(verdict);
        request["findings"]!.AsArray().Select(finding => finding!.Text("section")).ShouldBe(section is null ? [] : [section]);
    }

    [Fact]
    public async Task An_event_with_a_bad_token_that_is_taken_is_a_serious_error()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated, fit = new { forged = true } }));
        (await scene.LastRequestAsync()).OnlyFinding().Text("section").ShouldBe("3");
    }

    [Theory]
    [InlineData("""{"statusCode": 200, "body": "x"}""", "kept")]
    [InlineData("""{"hello": 1}""", "broken")]
    [InlineData("hello", "broken")]
    public async Task A_web_trigger_must_be_answered_with_an_envelope(string body, string verdict)
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(200, body: body);
        await scene.Client.GetAsync("/webtriggers/callback");
        var request = await scene.LastRequestAsync();
        request.Text("verdict").ShouldBe(verdict);
        if (verdict is "broken")
        {
            request.OnlyFinding().Text("section").ShouldBe("1");
            request.OnlyFinding().Text("message").ShouldContain("statusCode");
        }
    }

    [Fact]
    public async Task No_answer_in_time_is_an_error_and_a_late_one_a_warning()
    {
        await using var scene = await Scene.StartAsync();
        var answer = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            await answer.Task;
            await http.Response.WriteAsync("{}");
        };
        var late = scene.InvokeAsync();
        await scene.Clock.TimerSetAsync(InvocationLimit);
        await ReceivedAsync(scene, 1);
        scene.Clock.Advance(TimeSpan.FromSeconds(21));
        answer.SetResult();
        await late;
        var warned = await scene.LastRequestAsync();
        warned.Text("verdict").ShouldBe("warned");
        warned.OnlyFinding().Text("section").ShouldBe("1");
        warned.OnlyFinding().Text("message").ShouldContain("21 seconds of the 25 seconds");

        answer = new TaskCompletionSource();
        var missing = scene.InvokeAsync();
        await scene.Clock.TimerSetAsync(InvocationLimit);
        await ReceivedAsync(scene, 2);
        var running = await scene.LastRequestAsync();
        running.Text("state").ShouldBe("running");
        running.Text("verdict").ShouldBe("running");
        running["took"].ShouldBeNull();
        scene.Clock.Advance(InvocationLimit);
        await missing;
        answer.SetResult();
        var broken = await scene.LastRequestAsync();
        broken.Text("says").ShouldBe("Remote invocation timed out after 25 seconds");
        broken.OnlyFinding().Text("section").ShouldBe("1");
        broken["status"].ShouldBeNull();
        broken["took"]!.GetValue<int>().ShouldBe(25_000);
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_told_with_its_address()
    {
        await using var scene = await Scene.StartAsync();
        var address = scene.Remote.Url;
        await scene.Remote.DisposeAsync();
        await scene.RejectionAsync();
        var request = await scene.LastRequestAsync();
        request.OnlyFinding().Text("message").ShouldContain(address.GetLeftPart(UriPartial.Authority));
        request.OnlyFinding().Text("message").ShouldContain("--remote");
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_told_with_the_limit()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(200, body: $"\"{new string('x', 5 * 1024 * 1024)}\"");
        (await scene.RejectionAsync()).ShouldBe("An unexpected error happened");
        (await scene.LastRequestAsync()).OnlyFinding().Text("message").ShouldContain("5 MB");
    }

    [Fact]
    public async Task A_frontend_that_fetches_by_itself_gets_any_answer_and_only_a_401_is_worth_a_warning()
    {
        await using var scene = await Scene.StartAsync();
        foreach (var (status, verdict) in ((int, string)[])[(500, "kept"), (404, "kept"), (401, "warned")])
        {
            scene.Remote.Answers(status, "text/plain", "no");
            await scene.InvocationAsync(new { kind = "fetch" });
            (await scene.LastRequestAsync()).Text("verdict").ShouldBe(verdict, $"{status}");
        }
    }

    private static async Task ReceivedAsync(Scene scene, int count)
    {
        while (scene.Remote.Received.Count < count)
        {
            await Task.Delay(5);
        }
    }
}
