using System.Net;
using System.Text.Json.Nodes;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Calls composed by hand, and requests that are sent once more.</summary>
public class ReplayTests
{
    [Fact]
    public async Task A_call_is_composed_and_answered_with_its_request()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(201, body: """{"id":7}""");
        var report = await scene.InvocationAsync(new
        {
            site = "globex",
            user = "anonymous",
            method = "POST",
            path = "/tasks/",
            headers = new Dictionary<string, string> { ["x-colour"] = "green" },
            body = new { title = "Paint" },
        });
        report["answer"]!["status"]!.GetValue<int>().ShouldBe(201);
        report["answer"]!["body"]!.ToJsonString().ShouldBe("""{"id":7}""");
        report["rejection"].ShouldBeNull();
        report["request"]!.Text("site").ShouldBe("globex");
        report["request"]!["user"].ShouldBeNull();
        scene.Remote.Last.Text.ShouldBe("""{"title":"Paint"}""");
        scene.Remote.Last.Headers["x-colour"].ShouldBe("green");
    }

    [Fact]
    public async Task A_rejection_comes_with_its_request_and_a_refusal_alone()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(401);
        var report = await scene.InvocationAsync(new { });
        report["answer"].ShouldBeNull();
        report.Text("rejection").ShouldBe("Remote could not verify the Forge Invocation Token");
        report["request"]!["status"]!.GetValue<int>().ShouldBe(401);
        (await scene.PostAsync("/invocations", new { site = "moon" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await scene.PostAsync("/invocations", new { path = "http://elsewhere.test/" })).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await scene.PostAsync("/invocations", new { kind = "carrier pigeon" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        scene.Remote.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Other_kinds_of_calls_are_composed_as_well()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(500, "text/plain", "oh");
        var fetched = await scene.InvocationAsync(new { kind = "fetch", path = "/files", method = "PUT", body = "plain" });
        fetched["answer"]!.Text("body").ShouldBe("oh");
        fetched["request"]!.Text("kind").ShouldBe("fetch");
        scene.Remote.Last.Text.ShouldBe("plain");
        scene.Remote.Last.Headers.ShouldNotContainKey("x-forge-oauth-system");
        var called = await scene.InvocationAsync(new { kind = "function", path = "/jobs", body = new { n = 1 } , method = "POST" });
        called["answer"]!["status"]!.GetValue<int>().ShouldBe(500);
        called["request"]!.Text("kind").ShouldBe("function");
        scene.Remote.Last.Text.ShouldBe("""{"n":1}""");
        (await InvocationTokenTests.VerifiedAsync(scene, scene.Remote.Last.Fit)).ContainsKey("context").ShouldBeFalse();
    }

    [Theory]
    [InlineData("invoke")]
    [InlineData("fetch")]
    [InlineData("function")]
    public async Task A_call_is_sent_once_more_with_a_new_token(string kind)
    {
        await using var scene = await Scene.StartAsync();
        var user = scene.Acme.Users[2];
        await scene.InvocationAsync(new
        {
            kind,
            user = user.AccountId,
            method = "POST",
            path = "/tasks/?a=1",
            headers = new Dictionary<string, string> { ["x-colour"] = "green" },
            body = new { title = "Paint" },
        });
        var first = scene.Remote.Last;
        var (status, answer) = await scene.PostAsync("/requests/1/replay", new { });
        status.ShouldBe(HttpStatusCode.Accepted);
        var done = await scene.RequestAsync(answer["request"]!["id"]!);
        done["id"]!.GetValue<int>().ShouldBe(2);
        done["replayOf"]!.GetValue<int>().ShouldBe(1);
        done.Text("kind").ShouldBe(kind);
        done.Text("user").ShouldBe(user.AccountId);
        var second = scene.Remote.Last;
        (second.Method, second.Target, second.Text).ShouldBe((first.Method, first.Target, first.Text));
        second.Headers["x-colour"].ShouldBe("green");
        second.Headers["content-type"].ShouldBe(first.Headers["content-type"]);
        second.Headers.Keys.Order().ShouldBe(first.Headers.Keys.Order());
        second.Fit.ShouldNotBe(first.Fit);
        (await InvocationTokenTests.VerifiedAsync(scene, second.Fit)).Text("principal").ShouldBe(user.AccountId);
    }

    [Fact]
    public async Task A_delivery_is_sent_once_more_as_one_attempt_of_a_new_one()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated, payload = new { issue = 5 } }));
        scene.Remote.Answers(500);
        var (_, answer) = await scene.PostAsync("/requests/1/replay", new { fit = new { forged = true } });
        await scene.RequestAsync(answer["request"]!["id"]!);
        answer["request"]!["replayOf"]!.GetValue<int>().ShouldBe(1);
        answer["request"]!["delivery"]!.GetValue<int>().ShouldBe(2);
        var delivery = await scene.SettledAsync(JsonNode.Parse("""{"id": 2}""")!);
        delivery.Text("outcome").ShouldBe("failed");
        delivery["attempts"]!.AsArray().Count.ShouldBe(1);
        scene.Remote.Received.Count.ShouldBe(2);
        scene.Remote.Last.Text.ShouldBe(scene.Remote.Received.First().Text);
        (await scene.LastRequestAsync()).Text("verdict").ShouldBe("warned");
    }

    [Fact]
    public async Task A_web_trigger_is_called_once_more()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.Client.PostAsync("/webtriggers/callback/deep?form=raw&x=1", new StringContent("hi"));
        var (_, answer) = await scene.PostAsync("/requests/1/replay", new { });
        await scene.RequestAsync(answer["request"]!["id"]!);
        scene.Remote.Received.Count.ShouldBe(2);
        scene.Remote.Last.Target.ShouldBe("/hooks/deep?x=1");
        scene.Remote.Last.Text.ShouldBe("hi");
    }

    [Fact]
    public async Task A_token_in_a_header_of_the_callers_own_is_sent_once_more_and_never_shown()
    {
        const string Partner = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwYXJ0bmVyIn0.c2lnbmF0dXJl";
        await using var scene = await Scene.StartAsync();
        await scene.InvocationAsync(new { headers = new Dictionary<string, string> { ["x-partner-token"] = Partner } });
        var (_, answer) = await scene.PostAsync("/requests/1/replay", new { });
        var replayed = await scene.RequestAsync(answer["request"]!["id"]!);
        scene.Remote.Last.Headers["x-partner-token"].ShouldBe(Partner);
        replayed.ToJsonString().ShouldNotContain("eyJzdWIiOiJwYXJ0bmVyIn0");
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("function")]
    public async Task What_is_no_method_is_refused_by_its_name(string kind)
    {
        await using var scene = await Scene.StartAsync();
        var (status, answer) = await scene.PostAsync("/invocations", new { kind, method = "NO METHOD", path = "/" });
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Text("message").ShouldContain("NO METHOD");
        scene.Remote.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_can_not_be_sent_once_more_is_refused_with_the_reason()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync("POST", "/", body: new string('x', 70_000));
        (await scene.PostAsync("/requests/9/replay", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        var (status, answer) = await scene.PostAsync("/requests/1/replay", new { });
        status.ShouldBe(HttpStatusCode.Conflict);
        answer.Text("message").ShouldContain("64 KB");
        await scene.PostAsync("/sites/acme/uninstall", new { preUninstall = false });
        (await scene.PostAsync("/requests/1/replay", new { })).Answer.Text("message").ShouldContain("not installed");
    }
}
