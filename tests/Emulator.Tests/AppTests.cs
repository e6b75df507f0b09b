using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the emulator tells of the app, its licenses and what it stores.</summary>
public class AppTests
{
    [Fact]
    public async Task The_app_is_told_as_the_manifest_has_it()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var app = (await scene.Client.GetFromJsonAsync<JsonNode>("/app"))!;
        app.Text("appId").ShouldBe("ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107");
        app.Text("wording").ShouldBe("today");
        app["remotes"]!.ToJsonString().ShouldBe($$"""[{"key":"backend","url":"{{scene.Remote.Url}}"}]""");
        app["events"]!.AsArray().Count.ShouldBe(5);
        app["triggers"]![0]!.ToJsonString().ShouldBe("""{"key":"issues","events":["avi:jira:updated:issue","avi:jira:created:issue"]}""");
        app["scheduledTriggers"]!.ToJsonString().ShouldBe("""[{"key":"hourly-sync","interval":"hour"}]""");
        app["webTriggers"]!.ToJsonString().ShouldBe("""[{"key":"callback"}]""");
        app["preUninstalls"]!.ToJsonString().ShouldBe("""[{"key":"goodbye"}]""");
        app["scopes"]!.AsArray().Count.ShouldBe(5);
        await using var taskBoard = await Scene.StartAsync();
        (await taskBoard.Client.GetFromJsonAsync<JsonNode>("/app"))!["modules"]![0]!.ToJsonString().ShouldBe(
            """{"key":"task-board-project","type":"jira:projectPage","title":"Task Board","product":"jira","resource":"task-board-ui","resolver":"task-board"}""");
    }

    [Fact]
    public async Task A_license_is_in_the_tokens_of_its_site_until_it_is_taken_away()
    {
        await using var scene = await Scene.StartAsync();
        var (_, site) = await scene.PostAsync("/sites/acme/license", new { active = true, type = "COMMERCIAL", isEvaluation = false });
        site["license"]!.ToJsonString().ShouldBe("""{"active":true,"type":"COMMERCIAL","isEvaluation":false}""");
        (await scene.MintAsync())["claims"]!["app"]!["license"]!.Text("type").ShouldBe("COMMERCIAL");
        await scene.PostAsync("/bridge/fetchRemote", new { remoteKey = "task-board-backend", fetchRequestInit = new { path = "/" } });
        (await InvocationTokenTests.VerifiedAsync(scene, scene.Remote.Last.Fit))["app"]!["license"].ShouldNotBeNull();
        (await scene.MintAsync(new { site = "globex" }))["claims"]!["app"]!.AsObject().ContainsKey("license").ShouldBeFalse();
        var response = await scene.Client.PostAsync("/sites/acme/license", new StringContent("null", null, "application/json"));
        response.EnsureSuccessStatusCode();
        (await scene.MintAsync())["claims"]!["app"]!.AsObject().ContainsKey("license").ShouldBeFalse();
        (await scene.PostAsync("/sites/acme/license", new { note = new string('x', 10_000) })).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task What_is_stored_is_told_in_pages_and_of_secrets_the_keys_only()
    {
        await using var scene = await Scene.StartAsync();
        foreach (var (path, key, value) in ((string, string, string)[])
            [("set", "b", "two"), ("set", "a", "one"), ("secret/set", "password", "hunter2")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/kvs/api/v1/{path}") { Content = JsonContent.Create(new { key, value }) };
            (await scene.Client.SendAsync(request)).EnsureSuccessStatusCode();
        }

        var first = (await scene.Client.GetFromJsonAsync<JsonNode>("/sites/acme/storage?limit=2"))!;
        first["counts"]!.ToJsonString().ShouldBe("""{"values":2,"secrets":1,"entities":0,"bytes":19}""");
        first["entries"]!.AsArray().Select(entry => $"{entry!["kind"]} {entry["key"]} {entry["value"]} {entry["bytes"]}")
            .ShouldBe(["value a one 5", "value b two 5"]);
        first["entries"]![0]!["createdAt"]!.GetValue<DateTimeOffset>().ShouldBe(scene.Clock.GetUtcNow());
        var text = await scene.Client.GetStringAsync($"/sites/acme/storage?limit=2&after={first.Text("next")}");
        text.ShouldNotContain("hunter2");
        var second = JsonNode.Parse(text)!;
        second["next"].ShouldBeNull();
        var secret = second["entries"]!.AsArray().ShouldHaveSingleItem()!;
        secret.Text("kind").ShouldBe("secret");
        secret.Text("key").ShouldBe("password");
        secret["value"].ShouldBeNull();
        (await scene.Client.GetFromJsonAsync<JsonNode>("/sites/globex/storage"))!["entries"]!.AsArray().ShouldBeEmpty();
        (await scene.Client.GetAsync("/sites/acme/storage?after=x")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await scene.Client.GetAsync("/sites/acme/storage?limit=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_keys_are_told_and_the_root_leads_to_the_console()
    {
        await using var scene = await Scene.StartAsync();
        var before = (await scene.Client.GetFromJsonAsync<JsonNode>("/keys"))!;
        before["published"]!.AsArray().Count.ShouldBe(1);
        await scene.PostAsync("/keys/rotate", new { });
        var after = (await scene.Client.GetFromJsonAsync<JsonNode>("/keys"))!;
        after["published"]!.AsArray().Select(key => key!.GetValue<string>()).ShouldBe([after.Text("current"), before.Text("current")]);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = scene.Emulator.Url };
        var root = await client.GetAsync("/");
        root.StatusCode.ShouldBe(HttpStatusCode.Found);
        root.Headers.Location!.ToString().ShouldBe("/console/");
    }
}
