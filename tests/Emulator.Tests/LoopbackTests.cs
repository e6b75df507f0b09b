using System.Net;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Whoever reaches the emulator can be anybody, so nobody outside may reach it.</summary>
public class LoopbackTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:4001")]
    [InlineData("http://+:4001")]
    [InlineData("http://192.0.2.1:4001")]
    [InlineData("http://emulator.example:4001")]
    [InlineData("https://127.0.0.1:4001")]
    [InlineData("127.0.0.1:4001")]
    public async Task It_listens_nowhere_else(string url) =>
        (await Should.ThrowAsync<EmulatorException>(() => StartAsync(url))).Message.ShouldContain(url);

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:0")]
    public async Task It_listens_on_loopback(string url)
    {
        await using var emulator = await StartAsync(url);
        IPAddress.IsLoopback(IPAddress.Parse(emulator.Url.Host)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_taken_port_is_told()
    {
        await using var first = await StartAsync("http://127.0.0.1:0");
        var taken = $"http://127.0.0.1:{first.Url.Port}";
        (await Should.ThrowAsync<EmulatorException>(() => StartAsync(taken))).Message.ShouldContain("in use");
    }

    [Theory]
    [InlineData("host", "emulator.example")]
    [InlineData("host", "127.0.0.1.emulator.example:80")]
    [InlineData("host", "192.0.2.1")]
    [InlineData("origin", "https://page.example")]
    [InlineData("origin", "null")]
    public async Task A_page_of_the_web_gets_nothing(string header, string value)
    {
        await using var scene = await Scene.StartAsync();
        foreach (var path in (string[])["/sites", "/.well-known/jwks.json", "/mint", "/bridge/invoke", "/limits", "/faults", "/graphql", "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add(header, value);
            using var response = await scene.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            (await response.Content.ReadAsStringAsync()).ShouldContain("loopback only");
        }
    }

    [Theory]
    [InlineData("GET", "/frc/task-board-backend/tasks/", "no-cors", "image")]
    [InlineData("GET", "/frc/task-board-backend/tasks/", "navigate", "document")]
    [InlineData("GET", "/frc/task-board-backend/tasks/", "navigate", "iframe")]
    [InlineData("GET", "/webtriggers/callback", "no-cors", "script")]
    [InlineData("GET", "/sites", "navigate", "document")]
    [InlineData("GET", "/live", "cors", "empty")]
    [InlineData("GET", "/console/main.js", "no-cors", "script")]
    [InlineData("GET", "/console/", "navigate", "iframe")]
    [InlineData("GET", "/apps/acme/board-page", "navigate", "iframe")]
    [InlineData("GET", "/apps/acme/board-page/resources/board/main.js", "no-cors", "script")]
    [InlineData("POST", "/apps", "navigate", "document")]
    [InlineData("GET", "/appsandmore", "navigate", "document")]
    public async Task A_page_of_another_site_gets_nothing_without_an_origin_either(string method, string path, string mode, string destination)
    {
        await using var scene = await Scene.StartAsync();
        using var response = await FromAnotherSiteAsync(scene, method, path, mode, destination);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldContain("loopback only");
        scene.Remote.Received.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/", "document")]
    [InlineData("/console", "document")]
    [InlineData("/console/", "document")]
    [InlineData("/apps", "document")]
    [InlineData("/apps/acme/nothing?user=anonymous", "document")]
    [InlineData("/webtriggers/callback?code=1", "document")]
    [InlineData("/apps/acme/board-page/resources/nothing/", "iframe")]
    public async Task A_link_leads_to_the_pages_and_the_apps_frame_is_of_another_site(string path, string destination)
    {
        await using var scene = await Scene.StartAsync();
        using var response = await FromAnotherSiteAsync(scene, "GET", path, "navigate", destination);
        response.StatusCode.ShouldNotBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/sites")]
    [InlineData("/console/")]
    [InlineData("/apps")]
    [InlineData("/apps/acme/nothing")]
    [InlineData("/apps/page.js")]
    [InlineData("/apps/acme/page/resources/nothing/")]
    [InlineData("/nothing")]
    public async Task No_page_looks_into_an_answer_by_a_frame_or_a_window(string path)
    {
        await using var scene = await Scene.StartAsync();
        using var response = await scene.Client.GetAsync(path);
        response.Headers.GetValues("x-frame-options").ShouldBe(["DENY"]);
        response.Headers.GetValues("cross-origin-opener-policy").ShouldBe(["same-origin"]);
    }

    [Theory]
    [InlineData("/frc/backend/tasks/")]
    [InlineData("/webtriggers/callback?form=raw")]
    public async Task A_remotes_page_runs_nothing_at_the_emulators_origin(string path)
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Remotes = [options.Manifest.Remotes[0] with { Operations = ["compute"] }] },
        });
        scene.Remote.Answer = async http =>
        {
            http.Response.ContentType = "text/html";
            http.Response.Headers.ContentSecurityPolicy = "img-src *";
            http.Response.Headers["cross-origin-opener-policy"] = "same-origin";
            http.Response.Headers.XFrameOptions = "ALLOWALL";
            await http.Response.WriteAsync("<script>fetch('/mint', {method: 'POST'})</script>");
        };
        using var response = await scene.Client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("content-security-policy").ShouldBe(["img-src *", "sandbox"]);
        response.Headers.GetValues("x-content-type-options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("x-frame-options").ShouldBe(["DENY"]);
        response.Headers.Contains("cross-origin-opener-policy").ShouldBeFalse("a browser shows no sandboxed page that has one");
    }

    [Theory]
    [InlineData("host", "localhost:4001")]
    [InlineData("host", "[::1]:4001")]
    [InlineData("origin", "http://localhost:3000")]
    public async Task A_page_of_this_machine_is_served(string header, string value)
    {
        await using var scene = await Scene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sites");
        request.Headers.Add(header, value);
        using var response = await scene.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>As a browser asks for what a page of another site names.</summary>
    private static async Task<HttpResponseMessage> FromAnotherSiteAsync(Scene scene, string method, string path, string mode, string destination)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = scene.Emulator.Url };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("sec-fetch-site", "cross-site");
        request.Headers.Add("sec-fetch-mode", mode);
        request.Headers.Add("sec-fetch-dest", destination);
        return await client.SendAsync(request);
    }

    private static Task<EmulatorHost> StartAsync(string url) =>
        EmulatorHost.StartAsync(new EmulatorOptions { Manifest = Scene.TaskBoard, Urls = [url] });
}
