using System.Net;
using System.Net.Sockets;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>The admin API on a listener of its own is there, and only there, and nothing else is.</summary>
public sealed class AdminListenerTests
{
    [Fact]
    public async Task The_admin_api_is_at_its_own_address_and_nowhere_else()
    {
        var url = FreeUrl();
        await using var scene = await AdminScene.StartAsync(new() { ["Forge:Admin:Url"] = url });
        using var operators = new HttpClient { BaseAddress = new(url) };
        operators.DefaultRequestHeaders.Add("X-Admin-Key", AdminScene.Key);

        using (var listed = await operators.GetAsync("/admin/installations"))
            ((int)listed.StatusCode).ShouldBe(200);
        await scene.RefusedAsync(404, "not_found", "GET", "/admin/installations");
        await scene.RefusedAsync(404, "not_found", "GET", "/admin/nothing");
        await scene.RefusedAsync(404, "not_found", "GET", "/admin/installations", key: null, fit: scene.Remote.Token());
    }

    [Theory]
    [InlineData("/hello")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/admin/settings")]
    [InlineData("/")]
    public async Task Nothing_else_is_at_its_address(string path)
    {
        var url = FreeUrl();
        await using var scene = await AdminScene.StartAsync(
            new() { ["Forge:Admin:Url"] = url }, app => Microsoft.AspNetCore.Builder.ForgeEndpoints.MapForgeInvocation(app, "GET", "/admin/settings", () => 1));
        using var operators = new HttpClient { BaseAddress = new(url) };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {scene.Remote.Token()}");
        request.Headers.TryAddWithoutValidation("X-Admin-Key", AdminScene.Key);
        using var response = await operators.SendAsync(request);
        await response.ShouldBeErrorAsync(404, "not_found");
        using var elsewhere = await scene.Http.GetAsync("/health/live");
        ((int)elsewhere.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Its_address_demands_the_key()
    {
        var url = FreeUrl();
        await using var scene = await AdminScene.StartAsync(new() { ["Forge:Admin:Url"] = url });
        using var anybody = new HttpClient { BaseAddress = new(url) };
        using var response = await anybody.GetAsync("/admin/installations");
        await response.ShouldBeErrorAsync(403, "forbidden");
    }

    [Fact]
    public async Task Where_the_program_names_its_endpoints_and_forgets_this_one_the_start_says_so()
    {
        var url = FreeUrl();
        var settings = new Dictionary<string, string?> { ["Forge:Admin:Url"] = url, ["Kestrel:Endpoints:Main:Url"] = "http://127.0.0.1:0" };
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(async () => await (await AdminScene.StartAsync(settings)).DisposeAsync());
        failure.Message.ShouldContain("Kestrel:Endpoints");

        settings["Kestrel:Endpoints:Admin:Url"] = url;
        await using var scene = await AdminScene.StartAsync(settings);
        using var operators = new HttpClient { BaseAddress = new(url) };
        operators.DefaultRequestHeaders.Add("X-Admin-Key", AdminScene.Key);
        using var listed = await operators.GetAsync("/admin/installations");
        ((int)listed.StatusCode).ShouldBe(200);
    }

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
