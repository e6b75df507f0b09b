using System.Net;
using System.Net.Http.Json;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Calls of Forge functions, as <c>@forge/api</c> makes them.</summary>
public class FunctionCallTests
{
    [Fact]
    public async Task A_function_calls_without_a_context()
    {
        await using var scene = await Scene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/frc/task-board-backend/tasks/a%2Fb?site=of-the-app")
        {
            Content = JsonContent.Create(new { a = 1 }),
        };
        request.Headers.Add("x-emulator-site", "globex");
        request.Headers.Add("x-mine", "yes");
        request.Headers.Add("x-b3-traceid", "forged");
        scene.Remote.Answers(418, "text/plain", "short and stout");
        using var response = await scene.Client.SendAsync(request);
        response.StatusCode.ShouldBe((HttpStatusCode)418);
        (await response.Content.ReadAsStringAsync()).ShouldBe("short and stout");
        response.Headers.Contains("forge-proxy-error").ShouldBeFalse();

        var received = scene.Remote.Last;
        received.Method.ShouldBe("POST");
        received.Target.ShouldBe("/tasks/a%2Fb?site=of-the-app");
        received.Text.ShouldBe("""{"a":1}""");
        received.Headers["content-type"].ShouldStartWith("application/json");
        received.Headers["x-mine"].ShouldBe("yes");
        received.Headers["x-b3-traceid"].ShouldMatch("^[0-9a-f]{32}$");
        received.Headers.ShouldNotContainKey("x-emulator-site");
        received.Headers.ShouldContainKey("x-forge-oauth-system");
        received.Headers.ShouldContainKey("x-forge-oauth-user");
        var claims = await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        claims.ContainsKey("context").ShouldBeFalse();
        claims["app"]!["installationId"]!.GetValue<string>().ShouldEndWith(scene.Globex.InstallationId);
        claims["app"]!["module"]!["type"]!.GetValue<string>().ShouldBe("core:endpoint");
    }

    [Fact]
    public async Task A_functions_tokens_are_those_the_remote_asks_for_not_the_endpoint()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Remotes = [options.Manifest.Remotes[0] with { Auth = TokenAuth.None }] },
        });
        using var response = await scene.Client.GetAsync("/frc/task-board-backend/");
        scene.Remote.Last.Headers.ShouldNotContainKey("x-forge-oauth-system");
        await scene.InvokeAsync();
        scene.Remote.Last.Headers.ShouldContainKey("x-forge-oauth-system");
    }

    [Fact]
    public async Task An_unknown_remote_is_told_in_the_platforms_header()
    {
        await using var scene = await Scene.StartAsync();
        using var response = await scene.Client.GetAsync("/frc/other/tasks");
        response.Headers.GetValues("forge-proxy-error").ShouldBe(["INVALID_REMOTE"]);
        scene.Remote.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_remote_that_does_not_compute_is_not_for_functions()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Remotes = [options.Manifest.Remotes[0] with { Operations = ["fetch"] }] },
        });
        using var response = await scene.Client.GetAsync("/frc/task-board-backend/");
        response.Headers.GetValues("forge-proxy-error").ShouldBe(["INVALID_REMOTE"]);
        (await response.Content.ReadAsStringAsync()).ShouldContain("compute");
    }

    [Fact]
    public async Task A_remote_that_does_not_answer_in_time_is_given_up()
    {
        await using var scene = await Scene.StartAsync();
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var call = scene.Client.GetAsync("/frc/task-board-backend/");
        await arrived.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(25));
        using var response = await call;
        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        response.Headers.Contains("forge-proxy-error").ShouldBeTrue();
    }
}
