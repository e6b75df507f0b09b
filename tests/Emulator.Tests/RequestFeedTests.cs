using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The feed of requests to remotes.</summary>
public class RequestFeedTests
{
    [Fact]
    public async Task A_call_of_a_frontend_is_in_the_feed_with_its_caller_and_what_became_of_it()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync("POST", "/tasks/?x=1", body: new { title = "Paint" }, query: $"?user={scene.Acme.Users[1].AccountId}");
        var request = await scene.LastRequestAsync();
        var shape = request.DeepClone().AsObject();
        shape.Remove("at").ShouldBeTrue();
        shape.ToJsonString().ShouldBe(new JsonObject
        {
            ["id"] = 1,
            ["kind"] = "invoke",
            ["site"] = "acme",
            ["user"] = scene.Acme.Users[1].AccountId,
            ["userName"] = scene.Acme.Users[1].Name,
            ["module"] = "task-board-project",
            ["key"] = null,
            ["remote"] = "task-board-backend",
            ["method"] = "POST",
            ["path"] = "/tasks/?x=1",
            ["status"] = 200,
            ["took"] = 0,
            ["verdict"] = "kept",
            ["says"] = "resolved",
            ["findings"] = new JsonArray(),
            ["delivery"] = null,
            ["attempt"] = null,
            ["replayOf"] = null,
            ["state"] = "done",
        }.ToJsonString());
        request["at"]!.GetValue<DateTimeOffset>().ShouldBe(scene.Clock.GetUtcNow());
        var details = await scene.DetailsAsync(request);
        details["request"]!.Text("body").ShouldBe("""{"title":"Paint"}""");
        details["request"]!["bytes"]!.GetValue<int>().ShouldBe(17);
        details["request"]!["headers"]!["content-type"]!.ToJsonString().ShouldBe("""["application/json"]""");
        details["response"]!.Text("body").ShouldBe("{}");
        details["fit"]!["claims"]!.Text("principal").ShouldBe(scene.Acme.Users[1].AccountId);
        details["fit"]!["header"]!.Text("kid").ShouldBe(scene.Emulator.Platform.Keys.CurrentKeyId);
    }

    [Fact]
    public async Task Everything_that_is_sent_is_in_the_feed_as_what_it_is()
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Remotes = [options.Manifest.Remotes[0] with { Operations = ["compute"] }] },
        });
        await scene.PostAsync("/bridge/fetchRemote", new { remoteKey = "backend", fetchRequestInit = new { path = "/files" } });
        (await scene.Client.GetAsync("/frc/backend/jobs")).EnsureSuccessStatusCode();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        await scene.SettledAsync(await scene.BeginOneAsync("/triggers", new { trigger = "hourly-sync" }));
        (await scene.Client.GetAsync("/webtriggers/callback?form=raw")).EnsureSuccessStatusCode();
        await scene.SettledAsync((await scene.PostAsync("/sites/acme/install", new { })).Answer["deliveries"]![0]!);
        await scene.PostAsync("/sites/acme/uninstall", new { });
        var feed = await scene.RequestsAsync();
        feed.Select(request => $"{request.Text("kind")} {request.Text("method")} {request.Text("path")} {request.Text("verdict")}").ShouldBe(
        [
            "fetch GET /files kept", "function GET /jobs kept", "event POST /events kept", "trigger POST /triggers/hourly kept",
            "webTrigger GET /hooks kept", "lifecycle POST /lifecycle kept", "preUninstall POST /uninstall kept",
        ]);
        feed[2].Text("key").ShouldBe(Updated);
        feed[2].Text("module").ShouldBe("issues");
        feed[2]["delivery"]!.GetValue<int>().ShouldBe(1);
        feed[2]["attempt"]!.GetValue<int>().ShouldBe(1);
        feed[2]["user"].ShouldBeNull();
        feed[2].Text("says").ShouldBe("delivered");
    }

    [Fact]
    public async Task An_attempt_says_what_comes_after_it()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(503);
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retries = 1 });
        await scene.PassRetrySpacingAsync();
        await scene.SettledAsync(begun);
        var feed = await scene.RequestsAsync();
        feed.Select(request => request.Text("says")).ShouldBe(
            ["INVALID_REMOTE_INVOCATION_ERROR, tried again in 60 s", "INVALID_REMOTE_INVOCATION_ERROR, given up"]);
        feed.Select(request => request["attempt"]!.GetValue<int>()).ShouldBe([1, 2]);
        (await scene.DetailsAsync(feed[1]))["request"]!.Text("body").ShouldContain("retryContext");
    }

    [Fact]
    public async Task No_token_is_in_the_feed_even_when_the_remote_sends_it_back()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = async http =>
        {
            http.Response.Headers["x-echo"] = http.Request.Headers["x-forge-oauth-system"];
            await http.Response.WriteAsJsonAsync(new { token = http.Request.Headers.Authorization.ToString(), path = "/" });
        };
        await scene.InvokeAsync("GET", "/tasks/");
        var received = scene.Remote.Last;
        var request = await scene.LastRequestAsync();
        request.Text("verdict").ShouldBe("broken");
        request["findings"]!.AsArray().Select(finding => finding!.Text("section")).ShouldBe(["5", "5"]);
        request["findings"]![0]!.Text("message").ShouldContain("FIT");
        request["findings"]![1]!.Text("message").ShouldContain("system token");
        var details = await scene.DetailsAsync(request);
        details["response"]!.Text("body").ShouldContain("(token, ");
        var all = details.ToJsonString() + request.ToJsonString();
        foreach (var token in (string[])[received.Fit, received.Headers["x-forge-oauth-system"], received.Headers["x-forge-oauth-user"]])
        {
            all.ShouldNotContain(token);
            all.ShouldNotContain(token.Split('.')[2]);
        }

        details["request"]!["headers"]!["authorization"]![0]!.GetValue<string>().ShouldMatch(@"^Bearer \(FIT, [0-9],[0-9]{3} characters\)$");
        details["request"]!["headers"]!["x-forge-oauth-system"]![0]!.GetValue<string>().ShouldStartWith("(system token, ");
    }

    [Fact]
    public async Task Of_a_body_the_first_64_KB_are_kept_and_of_a_picture_its_size()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = async http =>
        {
            http.Response.ContentType = "image/png";
            await http.Response.Body.WriteAsync(new byte[100_000]);
        };
        await scene.PostAsync("/bridge/fetchRemote", new
        {
            remoteKey = "task-board-backend",
            fetchRequestInit = new { path = "/", method = "POST", body = new string('ä', 40_000) },
        });
        var details = await scene.DetailsAsync(await scene.LastRequestAsync());
        details["request"]!["bytes"]!.GetValue<int>().ShouldBe(80_000);
        details["request"]!["truncated"]!.GetValue<bool>().ShouldBeTrue();
        details["request"]!.Text("body").ShouldBe(new string('ä', 32 * 1024));
        details["response"]!.Text("body").ShouldBe("(100,000 bytes of image/png)");
    }

    [Fact]
    public async Task The_feed_is_narrowed_paged_and_searched()
    {
        await using var scene = await Scene.StartAsync();
        foreach (var (site, path) in ((string, string)[])[("acme", "/a"), ("globex", "/b"), ("acme", "/c"), ("acme", "/a?deep")])
        {
            await scene.InvokeAsync(path: path, query: $"?site={site}");
        }

        scene.Remote.Answers(500, "text/plain", "oh");
        await scene.RejectionAsync(path: "/d");
        (await IdsAsync("")).ShouldBe([1, 2, 3, 4, 5]);
        (await IdsAsync("?limit=2")).ShouldBe([4, 5]);
        (await IdsAsync("?before=4&limit=2")).ShouldBe([2, 3]);
        (await IdsAsync("?after=1&limit=2")).ShouldBe([2, 3]);
        (await IdsAsync("?site=globex")).ShouldBe([2]);
        (await IdsAsync("?verdict=broken")).ShouldBe([5]);
        (await IdsAsync("?kind=invoke&search=/A")).ShouldBe([1, 4]);
        (await IdsAsync("?kind=preUninstall")).ShouldBeEmpty();
        foreach (var wrong in (string[])["?limit=0", "?limit=1001", "?kind=parcel", "?verdict=3", "?before=x"])
        {
            (await scene.Client.GetAsync($"/requests{wrong}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest, wrong);
        }

        (await scene.Client.GetAsync("/requests?site=moon")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Client.GetAsync("/requests/6")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<IEnumerable<int>> IdsAsync(string query) =>
            (await scene.RequestsAsync(query)).Select(request => request["id"]!.GetValue<int>());
    }

    [Fact(Timeout = 120_000)]
    public async Task The_feed_keeps_the_last_thousand_and_forgets_them_when_asked()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.BeginAsync("/events", new { @event = Updated, count = 1000 });
        var last = await scene.BeginOneAsync("/events", new { @event = Updated, delay = 1 });
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        while ((await scene.RequestsAsync("?limit=1000")) is not { Count: 1000 } feed || feed.Any(request => request.Text("state") is "running"))
        {
            await Task.Delay(10);
        }

        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.SettledAsync(last);
        var kept = await scene.RequestsAsync("?limit=1000");
        kept.Count.ShouldBe(1000);
        kept[0]["id"]!.GetValue<int>().ShouldBe(2);
        (await scene.Client.GetAsync("/requests/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Client.DeleteAsync("/requests")).EnsureSuccessStatusCode();
        (await scene.RequestsAsync()).ShouldBeEmpty();
        (await scene.Client.GetAsync("/requests/1001")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        (await scene.LastRequestAsync())["id"]!.GetValue<int>().ShouldBe(1002);
    }

    [Fact]
    public async Task A_request_whose_caller_gave_up_is_not_said_to_have_kept_the_contract()
    {
        await using var scene = await Scene.StartAsync();
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted);
        };
        using var patience = new CancellationTokenSource();
        var call = scene.Client.PostAsJsonAsync(
            "/bridge/fetchRemote", new { remoteKey = "task-board-backend", fetchRequestInit = new { path = "/" } }, patience.Token);
        await arrived.Task;
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        var request = await scene.RequestAsync(JsonValue.Create(1));
        request.Text("says").ShouldBe("the caller went away");
        request.Text("verdict").ShouldBe("warned");
    }

    [Fact]
    public async Task A_remote_in_the_same_process_is_reached_without_an_address()
    {
        using var handler = new InProcess();
        await using var scene = await Scene.StartAsync(options => options with { Remote = null, RemoteHandler = handler });
        var (_, answer) = await scene.InvokeAsync(path: "/tasks/");
        answer["payload"]!["body"]!.Text("host").ShouldNotBeEmpty();
        scene.Remote.Received.ShouldBeEmpty();
        await scene.Emulator.DisposeAsync();
        handler.IsDisposed.ShouldBeFalse();
    }

    private sealed class InProcess : HttpMessageHandler
    {
        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent($$"""{"host":"{{request.RequestUri!.Host}}"}""") });

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
