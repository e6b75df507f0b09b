using System.Net;
using System.Text.Json.Nodes;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Product events, as a remote gets them.</summary>
public class EventTests
{
    [Fact]
    public async Task An_event_is_posted_to_the_endpoint_of_the_trigger_that_names_it()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var payload = new { issue = new { id = "10001" } };
        var begun = await scene.BeginOneAsync("/events", new { site = "globex", @event = Updated, payload });
        var delivery = await scene.SettledAsync(begun);
        delivery.Text("outcome").ShouldBe("delivered");

        var received = scene.Remote.Received.ShouldHaveSingleItem();
        received.Method.ShouldBe("POST");
        received.Target.ShouldBe("/events");
        received.Text.ShouldBe("""{"eventType":"avi:jira:updated:issue","issue":{"id":"10001"}}""");
        received.Headers["content-type"].ShouldStartWith("application/json");
        received.Headers["x-b3-traceid"].ShouldMatch("^[0-9a-f]{32}$");
        received.Headers["x-b3-spanid"].ShouldMatch("^[0-9a-f]{16}$");
        received.Headers.ShouldNotContainKey("x-forge-oauth-user");
        var token = received.Headers["x-forge-oauth-system"];
        (await scene.GetAsync(scene.Globex, "jira", "rest/api/3/myself", token)).Principal.ShouldBe("app");

        var claims = await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        claims.ContainsKey("principal").ShouldBeFalse();
        claims["app"]!.Text("installationId").ShouldEndWith(scene.Globex.InstallationId);
        claims["app"]!["module"]!.Text("type").ShouldBe("core:endpoint");
        claims["app"]!["module"]!.Text("key").ShouldBe("events");
        claims["context"]!.Text("cloudId").ShouldBe(scene.Globex.CloudId);
        claims["context"]!.Text("moduleKey").ShouldBe("issues");
    }

    [Fact]
    public async Task Every_trigger_that_names_an_event_gets_it_with_the_tokens_of_its_own_endpoint()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var begun = await scene.BeginAsync("/events", new { @event = Commented });
        begun.Select(delivery => delivery!.Text("module")).ShouldBe(["pages", "audits"]);
        foreach (var delivery in begun)
        {
            await scene.SettledAsync(delivery!);
        }

        var events = scene.Remote.Received.Single(received => received.Target == "/events");
        var audit = scene.Remote.Received.Single(received => received.Target == "/audit");
        events.Headers.ShouldContainKey("x-forge-oauth-system");
        audit.Headers.ShouldNotContainKey("x-forge-oauth-system");
        var claims = await InvocationTokenTests.VerifiedAsync(scene, events.Fit);
        claims["app"]!.Text("apiBaseUrl").ShouldContain("/ex/confluence/");
    }

    [Fact]
    public async Task A_payload_chooses_its_event_type_or_has_none()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await DeliverAsync(new { eventType = (string?)null, type = "cloud", data = (string?)null });
        scene.Remote.Last.Text.ShouldBe("""{"type":"cloud","data":null}""");
        await DeliverAsync(new { eventType = "other" });
        scene.Remote.Last.Text.ShouldBe("""{"eventType":"other"}""");

        async Task DeliverAsync(object payload) =>
            await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated, payload }));
    }

    [Fact]
    public async Task A_failed_event_is_tried_four_times_more_a_minute_apart_each_time_with_a_new_token()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(500);
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, payload = new { a = 1 } });
        var starts = new List<DateTimeOffset>();
        for (var retry = 1; retry <= 4; retry++)
        {
            await scene.Clock.TimerSetAsync(Minute);
            scene.Clock.Advance(TimeSpan.FromSeconds(59.9));
            scene.Remote.Received.Count.ShouldBe(retry);
            scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        var delivery = await scene.SettledAsync(begun);
        delivery.Text("outcome").ShouldBe("failed");
        delivery.Verdicts().ShouldBe(Enumerable.Repeat("INVALID_REMOTE_INVOCATION_ERROR", 5));
        starts.AddRange(delivery["attempts"]!.AsArray().Select(attempt => attempt!["at"]!.GetValue<DateTimeOffset>()));
        starts.ShouldBe(Enumerable.Range(0, 5).Select(retry => starts[0] + (retry * Minute)));
        delivery["attempts"]!.AsArray().ShouldAllBe(attempt => attempt!["status"]!.GetValue<int>() == 500);

        var received = scene.Remote.Received.ToList();
        received.Select(request => request.Fit).Distinct().Count().ShouldBe(5);
        var last = await InvocationTokenTests.VerifiedAsync(scene, received[4].Fit);
        last["iat"]!.GetValue<long>().ShouldBe(scene.Clock.GetUtcNow().ToUnixTimeSeconds());
        received[0].Text.ShouldNotContain("retryContext");
        received.Skip(1).Select(request => request.Json()["retryContext"]!.ToJsonString()).ShouldBe(Enumerable.Range(1, 4).Select(count =>
            $$"""{"retryCount":{{count}},"retryReason":"INVALID_REMOTE_INVOCATION_ERROR","retryData":null}"""));
        received.ShouldAllBe(request => request.Json()["a"]!.GetValue<int>() == 1);
    }

    [Theory]
    [InlineData(401, "INVALID_FORGE_INVOCATION_TOKEN")]
    [InlineData(302, "INVALID_REMOTE_INVOCATION_ERROR")]
    [InlineData(404, "INVALID_REMOTE_INVOCATION_ERROR")]
    public async Task A_retry_says_why_and_a_later_success_ends_it(int status, string reason)
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(status);
        var payload = new { payload = new { b = 2 } };
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retryContext = "payload", payload });
        await scene.Clock.TimerSetAsync(Minute);
        (await scene.FeedAsync()).ShouldHaveSingleItem().Text("outcome").ShouldBe("waiting");
        scene.Remote.Answers(202);
        scene.Clock.Advance(Minute);
        var delivery = await scene.SettledAsync(begun);
        delivery.Text("outcome").ShouldBe("delivered");
        delivery.Verdicts().ShouldBe([reason, "delivered"]);
        var body = scene.Remote.Last.Json();
        body["retryContext"].ShouldBeNull();
        body["payload"]!["b"]!.GetValue<int>().ShouldBe(2);
        body["payload"]!["retryContext"]!.Text("retryReason").ShouldBe(reason);
    }

    [Theory]
    [InlineData(false, 5)]
    [InlineData(true, 5 / 60.0)]
    public async Task An_answer_that_takes_more_than_five_seconds_is_a_failure_whatever_the_time_scale(bool scaleLimits, double limit)
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with { TimeScale = 60, ScaleLimits = scaleLimits });
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated });
        await arrived.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(limit * 0.99));
        (await scene.FeedAsync())[0]["attempts"]!.AsArray().ShouldBeEmpty();
        scene.Remote.Answers(200);
        scene.Clock.Advance(TimeSpan.FromSeconds(limit * 0.02));
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        var delivery = await scene.SettledAsync(begun);
        delivery.Verdicts().ShouldBe(["TIMEOUT_ERROR", "delivered"]);
        delivery["attempts"]![0]!["timeout"]!.GetValue<bool>().ShouldBeTrue();
        delivery["attempts"]![0]!["status"].ShouldBeNull();
        delivery["attempts"]![0]!["took"]!.GetValue<double>().ShouldBe(limit * 1000, limit * 20);
        scene.Remote.Last.Json()["retryContext"]!.Text("retryReason").ShouldBe("TIMEOUT_ERROR");
    }

    [Fact]
    public async Task A_remote_that_is_not_there_is_a_failure_that_names_the_cause()
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with { Remote = new Uri("http://127.0.0.1:1") });
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retries = 0 });
        var delivery = await scene.SettledAsync(begun);
        delivery.Verdicts().ShouldBe(["INVALID_REMOTE_INVOCATION_ERROR"]);
        delivery["attempts"]![0]!.Text("cause").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_first_attempts_can_have_a_token_that_must_be_refused()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(401);
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retries = 1, fit = new { forged = true, attempts = 1 } });
        await scene.PassRetrySpacingAsync();
        await scene.SettledAsync(begun);
        var received = scene.Remote.Received.ToList();
        (await InvocationTokenTests.ResultAsync(scene, received[0].Fit)).IsValid.ShouldBeFalse();
        await InvocationTokenTests.VerifiedAsync(scene, received[1].Fit);
    }

    [Fact]
    public async Task An_event_can_happen_many_times_and_each_be_delivered_twice()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var payload = new { id = "issue-{n}" };
        var begun = await scene.BeginAsync("/events", new { @event = Updated, count = 3, duplicate = true, payload });
        begun.Count.ShouldBe(6);
        foreach (var delivery in begun)
        {
            await scene.SettledAsync(delivery!);
        }

        begun.Where(delivery => delivery!["duplicateOf"] is not null).Select(delivery => delivery!["duplicateOf"]!.GetValue<long>())
            .ShouldBe(begun.Where(delivery => delivery!["duplicateOf"] is null).Select(delivery => delivery!["id"]!.GetValue<long>()));
        scene.Remote.Received.Select(received => received.Json().Text("id")).Order()
            .ShouldBe(["issue-1", "issue-1", "issue-2", "issue-2", "issue-3", "issue-3"]);
        scene.Remote.Received.Select(received => received.Fit).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task A_late_event_is_overtaken_by_a_younger_one()
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with { TimeScale = 30 });
        var late = await scene.BeginOneAsync("/events", new { @event = Updated, delay = 90, payload = new { id = "late" } });
        var early = await scene.BeginOneAsync("/events", new { @event = Updated, payload = new { id = "early" } });
        await scene.SettledAsync(early);
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(3));
        scene.Clock.Advance(TimeSpan.FromSeconds(3));
        await scene.SettledAsync(late);
        scene.Remote.Received.Select(received => received.Json().Text("id")).ShouldBe(["early", "late"]);
    }

    [Fact]
    public async Task Chance_doubles_and_delays_as_its_seed_says()
    {
        var first = await DuplicatesAsync(seed: 1);
        first.Count(isDuplicated => isDuplicated).ShouldBeInRange(5, 35);
        (await DuplicatesAsync(seed: 1)).ShouldBe(first);
        (await DuplicatesAsync(seed: 2)).ShouldNotBe(first);

        static async Task<List<bool>> DuplicatesAsync(int seed)
        {
            await using var scene = await DeliveryScene.StartAsync();
            var (status, now) = await scene.PostAsync("/disturbances", new { duplicates = 0.5, reorder = 60, seed });
            status.ShouldBe(HttpStatusCode.OK);
            now["reorder"]!.GetValue<double>().ShouldBe(60);
            var begun = await scene.BeginAsync("/events", new { @event = Updated, count = 40 });
            while ((await scene.FeedAsync()).Any(delivery => delivery.Text("outcome") is "waiting"))
            {
                scene.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            var order = (await scene.FeedAsync()).OrderBy(delivery => delivery["attempts"]![0]!["at"]!.GetValue<DateTimeOffset>())
                .Select(delivery => delivery["id"]!.GetValue<long>()).ToList();
            order.SequenceEqual(order.Order()).ShouldBeFalse();
            return [.. begun.Select(delivery => delivery!["duplicateOf"] is not null)];
        }
    }

    [Fact]
    public async Task What_can_not_happen_is_refused()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await RefusedAsync("""{"event": "avi:jira:deleted:issue"}""", HttpStatusCode.NotFound, "avi:jira:updated:issue");
        await RefusedAsync("{}", HttpStatusCode.NotFound, "the events");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "site": "moon"}""", HttpStatusCode.NotFound, "acme");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "count": 0}""", HttpStatusCode.BadRequest, "count");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "count": 1001}""", HttpStatusCode.BadRequest, "count");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "retries": 5}""", HttpStatusCode.BadRequest, "retries");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "delay": -1}""", HttpStatusCode.BadRequest, "delay");
        await RefusedAsync("""{"event": "avi:jira:updated:issue", "payload": [1]}""", HttpStatusCode.BadRequest, "JSON");
        var large = """{"event": "avi:jira:updated:issue", "payload": {"text": "…"}}""".Replace("…", new string('x', 201 * 1024));
        await RefusedAsync(large, HttpStatusCode.RequestEntityTooLarge, "200 KB");
        (await scene.FeedAsync()).ShouldBeEmpty();

        async Task RefusedAsync(string request, HttpStatusCode expected, string why)
        {
            var (status, answer) = await scene.PostAsync("/events", JsonNode.Parse(request)!);
            status.ShouldBe(expected);
            answer.Text("message").ShouldContain(why);
        }
    }
}
