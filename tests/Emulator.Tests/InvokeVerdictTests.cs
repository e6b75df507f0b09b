using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the platform makes of a response, row by row of the contract's section 4.</summary>
public class InvokeVerdictTests
{
    private const string Invalid = "Invalid response from remote";

    [Theory]
    [InlineData(200, "application/json", """{"a":1}""")]
    [InlineData(201, "text/plain", """{"a":1}""")]
    [InlineData(200, null, "[1]")]
    [InlineData(206, "application/problem+json", "null")]
    public async Task A_2xx_with_JSON_resolves_whatever_its_content_type(int status, string? contentType, string body)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(status, contentType, body);
        var (code, answer) = await scene.InvokeAsync();
        code.ShouldBe(HttpStatusCode.OK);
        answer["success"]!.GetValue<bool>().ShouldBeTrue();
        answer["payload"]!["status"]!.GetValue<int>().ShouldBe(status);
        JsonNode.DeepEquals(answer["payload"]!["body"], JsonNode.Parse(body)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(204)]
    [InlineData(200)]
    public async Task A_2xx_without_a_body_resolves(int status)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(status, null, "");
        var (code, answer) = await scene.InvokeAsync();
        code.ShouldBe(HttpStatusCode.OK);
        answer["payload"]!["status"]!.GetValue<int>().ShouldBe(status);
        answer["payload"]!.AsObject().ContainsKey("body").ShouldBeFalse();
    }

    [Theory]
    [InlineData(400, "application/json")]
    [InlineData(404, "application/json; charset=utf-8")]
    [InlineData(500, "Application/JSON")]
    [InlineData(403, null)]
    [InlineData(302, "application/json")]
    public async Task Another_status_with_JSON_resolves_as_an_error(int status, string? contentType)
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(status, contentType, """{"error":{"code":"x"}}""");
        var (code, answer) = await scene.InvokeAsync();
        code.ShouldBe(HttpStatusCode.OK);
        answer["success"]!.GetValue<bool>().ShouldBeFalse();
        answer["error"]!["status"]!.GetValue<int>().ShouldBe(status);
        answer["error"]!["body"]!["error"]!["code"]!.GetValue<string>().ShouldBe("x");
    }

    [Theory]
    [InlineData(Wording.Today)]
    [InlineData(Wording.Seed)]
    public async Task A_401_rejects_in_the_same_words(Wording wording)
    {
        await using var scene = await Scene.StartAsync(options => options with { Wording = wording });
        scene.Remote.Answers(401);
        (await scene.RejectionAsync()).ShouldBe("Remote could not verify the Forge Invocation Token");
    }

    [Theory]
    [InlineData(
        Wording.Today,
        Invalid + " - content-type header must be set to application/json and is currently: application/problem+json. Status: 400.")]
    [InlineData(Wording.Seed, Invalid)]
    public async Task A_status_that_is_not_2xx_with_another_content_type_rejects(Wording wording, string message)
    {
        await using var scene = await Scene.StartAsync(options => options with { Wording = wording });
        scene.Remote.Answers(400, "application/problem+json", """{"title":"x"}""");
        (await scene.RejectionAsync()).ShouldBe(message);
    }

    [Theory]
    [InlineData(Wording.Today, 200, "<html>", Invalid + " - cannot parse body as JSON. Status: 200.")]
    [InlineData(Wording.Today, 500, "", Invalid + " - cannot parse body as JSON. Status: 500.")]
    [InlineData(Wording.Today, 404, "{", Invalid + " - cannot parse body as JSON. Status: 404.")]
    [InlineData(Wording.Seed, 200, "<html>", Invalid)]
    [InlineData(Wording.Seed, 500, "", Invalid)]
    public async Task A_body_that_is_not_JSON_rejects_and_so_does_an_error_without_one(
        Wording wording, int status, string body, string message)
    {
        await using var scene = await Scene.StartAsync(options => options with { Wording = wording });
        scene.Remote.Answers(status, null, body);
        (await scene.RejectionAsync()).ShouldBe(message);
    }

    [Theory]
    [InlineData(Wording.Today, Invalid + " - remote network error")]
    [InlineData(Wording.Seed, Invalid)]
    public async Task A_network_error_rejects(Wording wording, string message)
    {
        await using var scene = await Scene.StartAsync(options => options with { Wording = wording });
        scene.Remote.Answer = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        (await scene.RejectionAsync()).ShouldBe(message);
    }

    [Theory]
    [InlineData(Wording.Today)]
    [InlineData(Wording.Seed)]
    public async Task A_remote_that_takes_25_seconds_is_timed_out(Wording wording)
    {
        await using var scene = await Scene.StartAsync(options => options with { Wording = wording });
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var call = scene.RejectionAsync();
        await arrived.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(24.9));
        call.IsCompleted.ShouldBeFalse();
        scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await call).ShouldBe("Remote invocation timed out after 25 seconds");
    }

    [Fact]
    public async Task A_response_that_stops_half_way_is_timed_out_too()
    {
        await using var scene = await Scene.StartAsync();
        var halfWay = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            halfWay.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var call = scene.RejectionAsync();
        await halfWay.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(25));
        (await call).ShouldBe("Remote invocation timed out after 25 seconds");
    }

    [Fact]
    public async Task A_request_over_500_KB_is_unexpected_and_never_sent()
    {
        await using var scene = await Scene.StartAsync();
        (await scene.RejectionAsync("POST", body: new string('x', (500 * 1024) + 1))).ShouldBe("An unexpected error happened");
        scene.Remote.Received.ShouldBeEmpty();
        (await scene.InvokeAsync("POST", body: new string('x', 500 * 1024))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_response_over_5_MB_is_unexpected()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answers(200, body: JsonOfLength(5 * 1024 * 1024));
        (await scene.InvokeAsync()).Status.ShouldBe(HttpStatusCode.OK);
        scene.Remote.Answers(200, body: JsonOfLength((5 * 1024 * 1024) + 1));
        (await scene.RejectionAsync()).ShouldBe("An unexpected error happened");
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = http =>
        {
            http.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        (await scene.RejectionAsync()).ShouldBe(Invalid + " - cannot parse body as JSON. Status: 302.");
        scene.Remote.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Response_headers_are_lists_below_lowercase_names()
    {
        await using var scene = await Scene.StartAsync();
        scene.Remote.Answer = http =>
        {
            http.Response.Headers["X-Two"] = new(["a", "b"]);
            return http.Response.WriteAsync("{}");
        };
        var (_, answer) = await scene.InvokeAsync();
        answer["payload"]!["headers"]!["x-two"]!.AsArray().Select(value => value!.GetValue<string>()).ShouldBe(["a", "b"]);
    }

    private static string JsonOfLength(int length) => new StringBuilder().Append('"').Append('x', length - 2).Append('"').ToString();
}
