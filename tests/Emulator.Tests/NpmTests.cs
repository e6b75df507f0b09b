using System.Text;
using ForgeOrleans.Emulator.Faults;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The real <c>@forge/bridge</c>, <c>@forge/api</c> and <c>@forge/manifest</c>, which nobody here wrote.</summary>
public class NpmTests
{
    [NpmFact]
    public async Task InvokeRemote_of_the_bridge_resolves_with_status_headers_and_body()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = http =>
        {
            http.Response.StatusCode = http.Request.Method is "POST" ? 201 : 404;
            http.Response.ContentType = "application/json";
            http.Response.Headers["X-Two"] = new(["a", "b"]);
            return http.Response.WriteAsync($$"""{"path": "{{http.Request.Path}}"}""");
        };
        var outcomes = await NpmClients.CallAsync(
            "bridge.mjs",
            scene.Emulator,
            new object[] { "invokeRemote", new { path = "/tasks/", method = "POST", body = new { team = "Forge" } } },
            new object[] { "invokeRemote", new { path = "/tasks/?team=Forge", method = "GET" } });
        var created = outcomes[0]!["resolved"]!;
        created["status"]!.GetValue<int>().ShouldBe(201);
        created["headers"]!["x-two"]!.GetValue<string>().ShouldBe("a,b");
        created["body"]!["path"]!.GetValue<string>().ShouldBe("/tasks/");
        var missing = outcomes[1]!["resolved"]!;
        missing["status"]!.GetValue<int>().ShouldBe(404);
        missing["body"]!["path"]!.GetValue<string>().ShouldBe("/tasks/");

        var (post, get) = (scene.Remote.Received.First(), scene.Remote.Received.Last());
        (post.Method, post.Target, post.Text).ShouldBe(("POST", "/tasks/", """{"team":"Forge"}"""));
        (get.Method, get.Target, get.Text).ShouldBe(("GET", "/tasks/?team=Forge", ""));
        await InvocationTokenTests.VerifiedAsync(scene, get.Fit);
    }

    [NpmFact]
    public async Task The_bridge_rejects_with_the_platforms_message()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(401);
        var outcomes = await NpmClients.CallAsync(
            "bridge.mjs",
            scene.Emulator,
            new object[] { "invokeRemote", new { path = "/", method = "GET" } },
            new object[] { "invoke", "getText", new { } });
        outcomes[0]!["rejected"]!.GetValue<string>().ShouldBe("Remote could not verify the Forge Invocation Token");
        outcomes[1]!["rejected"]!.GetValue<string>().ShouldContain("getText");
    }

    [NpmFact]
    public async Task RequestRemote_of_the_bridge_fetches_and_uploads()
    {
        await using var scene = await Scene.StartAsync();
        IFormCollection? form = null;
        scene.Remote.Answer = async http =>
        {
            if (http.Request.HasFormContentType)
            {
                http.Request.Body = new MemoryStream(scene.Remote.Last.Body);
                form = await http.Request.ReadFormAsync();
            }

            http.Response.StatusCode = 409;
            http.Response.ContentType = http.Request.Path == "/picture" ? "image/png" : "text/plain; charset=utf-8";
            await http.Response.WriteAsync("Grüße");
        };
        var file = new { text = "héllo", type = "text/plain", fileName = "greeting.txt" };
        var packed = new { fields = new { note = "ü" }, files = new { file1 = file } };
        var headers = new Dictionary<string, string> { ["x-mine"] = "yes" };
        const string remote = "task-board-backend";
        var outcomes = await NpmClients.CallAsync(
            "bridge.mjs",
            scene.Emulator,
            new object[] { "requestRemote", new { remote, path = "/files?x=1", headers } },
            new object[] { "requestRemote", new { remote, path = "/picture", method = "PUT", body = "{}" } },
            new object[] { "requestRemote", new { remote, path = "/files", method = "POST", form = packed } },
            new object[] { "requestRemote", new { remote = "other", path = "/" } });
        foreach (var outcome in outcomes.Take(3))
        {
            outcome!["resolved"]!["status"]!.GetValue<int>().ShouldBe(409, outcomes.ToJsonString());
            outcome["resolved"]!["text"]!.GetValue<string>().ShouldBe("Grüße");
        }

        outcomes[3]!["rejected"]!.GetValue<string>().ShouldContain("no remote \"other\"");
        var received = scene.Remote.Received.ToArray();
        received.Length.ShouldBe(3);
        (received[0].Method, received[0].Target, received[0].Headers["x-mine"]).ShouldBe(("GET", "/files?x=1", "yes"));
        (received[1].Method, received[1].Text).ShouldBe(("PUT", "{}"));
        received.Select(request => request.Fit).Distinct().ShouldHaveSingleItem();
        form.ShouldNotBeNull();
        form["note"].ToString().ShouldBe("ü");
        var upload = form.Files.ShouldHaveSingleItem();
        (upload.Name, upload.FileName, upload.ContentType).ShouldBe(("file1", "greeting.txt", "text/plain"));
        upload.Length.ShouldBe(Encoding.UTF8.GetByteCount("héllo"));
    }

    [NpmFact]
    public async Task GetContext_of_the_bridge_tells_all_that_the_platform_does()
    {
        await using var scene = await Scene.StartAsync();
        await scene.PostAsync("/sites/acme/license", new { active = true });
        var outcomes = await NpmClients.CallAsync("bridge.mjs", scene.Emulator, [new object[] { "getContext" }]);
        var context = outcomes[0]!["resolved"]!.AsObject();
        string[] always = ["extension", "environmentId", "environmentType", "localId", "locale", "moduleKey", "siteUrl", "timezone"];
        string[] here = ["accountId", "cloudId", "license", "theme", "surfaceColor", "userAccess", "permissions"];
        context.Select(member => member.Key).ShouldBe([.. always, .. here], ignoreOrder: true);
        context["accountId"]!.GetValue<string>().ShouldBe(scene.Acme.Users[0].AccountId);
        context["moduleKey"]!.GetValue<string>().ShouldBe("task-board-project");
        context["extension"]!["project"]!["key"]!.GetValue<string>().ShouldBe("ROAD");
        context["locale"]!.GetValue<string>().ShouldBe("en-US");
    }

    [NpmFact]
    public async Task RequestJira_and_requestConfluence_of_the_bridge_call_the_products_as_the_user()
    {
        await using var scene = await ProductScene.StartAsync();
        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.Error, Method = "DELETE", Status = 503 });
        var headers = new Dictionary<string, string> { ["content-type"] = "application/json" };
        var body = """{"fields": {"project": {"key": "ROAD"}, "summary": "From the browser"}}""";
        var outcomes = await NpmClients.CallAsync(
            "bridge.mjs",
            scene.Emulator,
            new object[] { "requestJira", "/rest/api/3/myself" },
            new object[] { "requestJira", "/rest/api/3/issue", new { method = "POST", headers, body } },
            new object[] { "requestConfluence", "/wiki/api/v2/pages?limit=1" },
            new object[] { "requestConfluence", "/wiki/rest/api/nothing" },
            new object[] { "requestJira", "/rest/api/3/issue/ROAD-1", new { method = "DELETE" } },
            new object[] { "requestJira", $"/../{scene.Globex.CloudId}/rest/api/3/myself" },
            new object[] { "requestBitbucket", "/2.0/user" });
        var answers = outcomes.Take(5).Select(outcome => outcome!["resolved"]!).ToArray();
        answers.Select(answer => answer["status"]!.GetValue<int>()).ShouldBe([200, 201, 200, 404, 503]);
        answers[0]["text"]!.GetValue<string>().ShouldContain(scene.Acme.Users[0].AccountId);
        answers[0]["headers"]!["x-emulator-principal"]!.GetValue<string>().ShouldBe(scene.Acme.Users[0].AccountId);
        outcomes[5]!["rejected"]!.GetValue<string>().ShouldContain("stays below it");
        outcomes[6]!["rejected"]!.GetValue<string>().ShouldContain("plays jira and confluence");
    }

    [NpmFact]
    public async Task A_command_of_the_bridge_that_is_not_offered_is_rejected_with_what_is()
    {
        await using var scene = await Scene.StartAsync();
        var outcomes = await NpmClients.CallAsync("bridge.mjs", scene.Emulator, new object[] { "publish" }, new object[] { "showFlag" });
        outcomes[0]!["rejected"]!.GetValue<string>().ShouldBe(
            "The emulator doesn't offer the bridge command \"publishRealtimeChannel\". There are no realtime channels here: events.emit reaches the app's "
            + "frames on the page. Try it on a site, with \"forge deploy\" and \"forge install\". It offers invoke, fetchRemote, fetchProduct, getContext, "
            + "and on the page of an app showFlag, closeFlag, navigate, getUrl, reload, refresh, openModal, close, submit, onClose, createHistory, emit, on, "
            + "emitPublic, onPublic, enableTheming, changeWindowTitle, emitReadyEvent, getFrameId, isRovoEnabled.");
        outcomes[1]!["rejected"]!.GetValue<string>().ShouldBe(
            "The bridge command \"showFlag\" is offered on the page around an app, GET /apps, and nowhere else.");
    }

    [NpmFact]
    public async Task InvokeRemote_of_a_function_resolves_with_any_status_and_throws_for_an_unknown_remote()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(503, "text/html", "<h1>later</h1>");
        var headers = new Dictionary<string, string> { ["content-type"] = "application/json" };
        var options = new { path = "/tasks/?team=Forge", method = "POST", headers, body = "{}" };
        var outcomes = await NpmClients.CallAsync(
            "api.mjs", scene.Emulator, new object[] { "task-board-backend", options }, new object[] { "other", options });
        outcomes[0]!["resolved"]!["status"]!.GetValue<int>().ShouldBe(503);
        outcomes[0]!["resolved"]!["text"]!.GetValue<string>().ShouldBe("<h1>later</h1>");
        outcomes[1]!["rejected"]!.GetValue<string>().ShouldBe("Invalid remote key provided: \"other\"");
        var received = scene.Remote.Received.ShouldHaveSingleItem();
        (received.Method, received.Target, received.Text).ShouldBe(("POST", "/tasks/?team=Forge", "{}"));
        (await InvocationTokenTests.VerifiedAsync(scene, received.Fit)).ContainsKey("context").ShouldBeFalse();
    }

    [NpmFact]
    public async Task The_samples_manifest_is_accepted_by_the_platforms_linter()
    {
        var verdict = await NpmClients.LintAsync(Scene.TaskBoardFolder);
        verdict["errors"]!.AsArray().Select(error => error!.GetValue<string>()).ShouldBeEmpty();
        verdict["success"]!.GetValue<bool>().ShouldBeTrue();
    }

    [NpmFact]
    public async Task The_linter_does_refuse_a_broken_manifest()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            const string Broken = "app: { id: ari:cloud:ecosystem::app/1 }\nremotes: [{ key: no good }]\n";
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "manifest.yml"), Broken);
            (await NpmClients.LintAsync(folder.FullName))["success"]!.GetValue<bool>().ShouldBeFalse();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
