using System.Net;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What a remote gets to see of an <c>invokeRemote</c>.</summary>
public class InvokeRequestTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task The_callers_method_path_and_body_arrive(string method)
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync(method, "/tasks/a%2Fb?team=Forge&q=ü", body: method is "GET" ? null : new { team = "Forge" });
        scene.Remote.Last.Method.ShouldBe(method);
        scene.Remote.Last.Target.ShouldBe("/tasks/a%2Fb?team=Forge&q=%C3%BC");
        scene.Remote.Last.Text.ShouldBe(method is "GET" ? "" : """{"team":"Forge"}""");
        scene.Remote.Last.Headers.GetValueOrDefault("content-type").ShouldBe(method is "GET" ? null : "application/json");
    }

    [Fact]
    public async Task A_callers_headers_arrive_but_not_in_place_of_the_platforms()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync("POST", headers: new Dictionary<string, string>
        {
            ["X-Mine"] = "yes",
            ["Content-Type"] = "application/vnd.mine+json",
            ["Authorization"] = "Bearer forged",
            ["X-Forge-OAuth-System"] = "forged",
            ["x-forge-oauth-user"] = "forged",
            ["X-B3-TraceId"] = "forged",
            ["X-B3-Sampled"] = "forged",
            ["Host"] = "forged.example",
        }, body: new { });
        var headers = scene.Remote.Last.Headers;
        headers["x-mine"].ShouldBe("yes");
        headers["content-type"].ShouldBe("application/vnd.mine+json");
        headers["x-b3-traceid"].ShouldMatch("^[0-9a-f]{32}$");
        headers["x-b3-spanid"].ShouldMatch("^[0-9a-f]{16}$");
        headers.Values.ShouldAllBe(value => !value.Contains("forged"));
        headers["x-forge-oauth-system"].Split('.').Length.ShouldBe(3);
        headers["x-forge-oauth-user"].Split('.').Length.ShouldBe(3);
    }

    [Fact]
    public async Task Tokens_that_the_manifest_does_not_ask_for_are_not_sent_and_a_callers_are_dropped()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with
            {
                Endpoints = [.. options.Manifest.Endpoints.Select(endpoint => endpoint with { Auth = new TokenAuth(true, false) })],
            },
        });
        await scene.InvokeAsync(headers: new Dictionary<string, string> { ["x-forge-oauth-user"] = "mine" });
        scene.Remote.Last.Headers.ShouldContainKey("x-forge-oauth-system");
        scene.Remote.Last.Headers.ShouldNotContainKey("x-forge-oauth-user");
    }

    [Theory]
    [InlineData("read:app-user-token", "read:jira-work", false, true)]
    [InlineData("read:app-system-token", "read:jira-work", true, false)]
    [InlineData("read:app-system-token", "read:app-user-token", false, false)]
    public async Task Tokens_need_their_scopes_and_another(string first, string second, bool system, bool user)
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Scopes = [new Scope(first, false), new Scope(second, false)] },
        });
        await scene.InvokeAsync();
        scene.Remote.Last.Headers.ContainsKey("x-forge-oauth-system").ShouldBe(system);
        scene.Remote.Last.Headers.ContainsKey("x-forge-oauth-user").ShouldBe(user);
        scene.Emulator.Greeting.ShouldContain("no token is sent");
    }

    [Theory]
    [InlineData("", "/tasks/", "/tasks/")]
    [InlineData("/base", "tasks", "/tasks")]
    [InlineData("/base/", "tasks", "/base/tasks")]
    [InlineData("/base/", "/tasks", "/tasks")]
    [InlineData("/base/sub/", "../tasks?a=1#b", "/base/tasks?a=1")]
    [InlineData("/base/", "", "/base/")]
    [InlineData("", " /a\\b\t", "/a/b")]
    [InlineData("", "/%2e%2e/c", "/c")]
    public async Task The_path_is_resolved_against_the_base_as_a_browser_would(string basePath, string path, string target)
    {
        await using var scene = await Scene.StartAsync(options => options with { Remote = new Uri(options.Remote!, basePath) });
        await scene.InvokeAsync(path: path);
        scene.Remote.Last.Target.ShouldBe(target);
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/x")]
    [InlineData("\\\\evil.example\\x")]
    [InlineData("/\\evil.example/x")]
    [InlineData("mailto:x@evil.example")]
    public async Task A_path_that_leads_away_from_the_remote_is_not_followed(string path)
    {
        await using var scene = await Scene.StartAsync();
        (await scene.RejectionAsync(path: path)).ShouldBe("An unexpected error happened");
        scene.Remote.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calling_a_Forge_function_is_told_to_be_impossible_here()
    {
        await using var scene = await Scene.StartAsync();
        var (status, answer) = await scene.PostAsync("/bridge/invoke", new { functionKey = "getText", payload = new { } });
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["message"]!.GetValue<string>().ShouldContain("only invokeRemote reaches a remote");
    }

    [Theory]
    [InlineData("?site=nowhere", "There is no site \"nowhere\"")]
    [InlineData("?site=acme&user=712020:nobody", "has no user \"712020:nobody\"")]
    [InlineData("?module=none", "no module")]
    public async Task Who_does_not_exist_is_told(string query, string message)
    {
        await using var scene = await Scene.StartAsync();
        var (status, answer) = await scene.InvokeAsync(query: query);
        status.ShouldBe(HttpStatusCode.NotFound);
        answer["message"]!.GetValue<string>().ShouldContain(message);
    }

    [Fact]
    public async Task A_module_without_a_resolver_can_call_no_remote()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { UiModules = [new UiModule("jira:issuePanel", "panel", "main", null)] },
        });
        var (status, answer) = await scene.InvokeAsync(query: "?module=panel");
        status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["message"]!.GetValue<string>().ShouldContain("resolver");
    }
}
