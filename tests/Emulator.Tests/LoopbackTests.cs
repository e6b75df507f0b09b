using System.Net;

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

    private static Task<EmulatorHost> StartAsync(string url) =>
        EmulatorHost.StartAsync(new EmulatorOptions { Manifest = Scene.TaskBoard, Urls = [url] });
}
