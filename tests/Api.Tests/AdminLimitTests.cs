using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>Operators see where a site's product calls stand.</summary>
public sealed class AdminLimitTests : IAsyncLifetime
{
    private static readonly LimitedCall Search = new("jira", "GET", "GET /rest/api/3/search/jql");

    private AdminScene _scene = null!;
    private string _site = "";

    [Fact]
    public async Task A_site_that_has_called_nothing_has_no_limits() =>
        (await _scene.JsonAsync("GET", $"/admin/installations/{_site}/limits")).GetProperty("limits").GetArrayLength().ShouldBe(0);

    [Fact]
    public async Task What_is_left_what_is_closed_and_what_was_called_is_seen()
    {
        var gate = _scene.Remote.Services.GetRequiredService<IActors>().Get<ICallGate>(_site);
        var app = Text(await _scene.JsonAsync("GET", $"/admin/installations/{_site}"), "appId")!;
        for (var i = 0; i < 4; i++)
            await gate.AskAsync(new(app, Search, false, TimeSpan.FromSeconds(1)) { IsRetry = i == 3 });
        await gate.TellAsync(new(app, [new("jira", Search.Endpoint)
        {
            Site = new(1_000, 200, TimeSpan.FromMinutes(9)), IsNearLimit = true, Refusal = new("jira-burst-based", TimeSpan.FromSeconds(30)),
        }]));

        var limits = (await _scene.JsonAsync("GET", $"/admin/installations/{_site}/limits")).GetProperty("limits").EnumerateArray().ToList();

        var endpoint = limits.Single(limit => Text(limit, "scope") == "endpoint");
        (Text(endpoint, "product"), Text(endpoint, "of")).ShouldBe(("jira", "GET /rest/api/3/search/jql"));
        (endpoint.GetProperty("calls").GetInt32(), endpoint.GetProperty("retries").GetInt32(), endpoint.GetProperty("size").GetInt32()).ShouldBe((4, 1, 100));
        var block = endpoint.GetProperty("blocked");
        (Text(block, "reason"), block.GetProperty("until").GetDateTimeOffset(), block.GetProperty("onlyBackground").GetBoolean()).ShouldBe(("jira-burst-based", _scene.Clock.GetUtcNow().AddSeconds(30), false));
        var site = limits.Single(limit => Text(limit, "scope") == "site");
        (site.GetProperty("size").GetInt32(), site.GetProperty("left").GetInt32()).ShouldBe((1_000, 196));
        site.GetProperty("blocked").GetProperty("onlyBackground").GetBoolean().ShouldBeTrue();
        var points = limits.Single(limit => Text(limit, "scope") == "app");
        (points.GetProperty("size").GetInt32(), points.GetProperty("calls").GetInt32()).ShouldBe((65_000, 4));
    }

    [Fact]
    public async Task An_unknown_installation_is_none()
    {
        using var response = await _scene.SendAsync("GET", $"/admin/installations/{Guid.NewGuid()}/limits");
        ((int)response.StatusCode).ShouldBe(404);
    }

    public async Task InitializeAsync()
    {
        _scene = await AdminScene.StartAsync();
        _site = await _scene.InstallAsync();
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
