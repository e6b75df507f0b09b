using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>Who reaches the admin API: operators with its key, and nobody else.</summary>
public sealed class AdminKeyTests
{
    public static TheoryData<string, string> Routes => new()
    {
        { "GET", "/admin/installations" },
        { "GET", $"/admin/installations/{Fit.Site}" },
        { "GET", $"/admin/installations/{Fit.Site}/dead-letters" },
        { "POST", $"/admin/installations/{Fit.Site}/dead-letters/x/replay" },
        { "POST", $"/admin/installations/{Fit.Site}/dead-letters/replay" },
        { "DELETE", $"/admin/installations/{Fit.Site}/dead-letters/x" },
        { "DELETE", $"/admin/installations/{Fit.Site}/schedules/x" },
        { "POST", $"/admin/installations/{Fit.Site}/export" },
        { "POST", $"/admin/installations/{Fit.Site}/adopt" },
        { "DELETE", $"/admin/installations/{Fit.Site}" },
        { "GET", "/admin/audit" },
        { "GET", "/admin" },
        { "GET", "/admin/" },
        { "GET", "/ADMIN/Installations" },
        { "POST", "/admin/nothing" },
        { "PATCH", "/admin/installations" },
    };

    [Fact]
    public async Task Without_a_configured_key_nothing_is_there_for_anybody()
    {
        foreach (var off in new Dictionary<string, string?>[] { [], new() { ["Forge:Admin:Key"] = "" } })
        {
            await using var remote = await Remote.StartAsync(new RemoteSetup { Settings = off });
            foreach (var (method, path) in Routes.Select(row => ((string)row[0], (string)row[1])))
            {
                foreach (var authorization in new[] { null, $"Bearer {remote.Token()}" })
                    foreach (var key in new[] { null, "", "an-operators-key-of-these-tests" })
                    {
                        using var request = new HttpRequestMessage(new(method), path);
                        if (authorization is not null)
                            request.Headers.TryAddWithoutValidation("Authorization", authorization);
                        if (key is not null)
                            request.Headers.TryAddWithoutValidation("X-Admin-Key", key);
                        using var response = await remote.Http.SendAsync(request);
                        await response.ShouldBeErrorAsync(404, "not_found");
                    }
            }
        }
    }

    [Fact]
    public async Task Without_the_key_every_route_is_forbidden_with_a_token_too()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync(Fit.Site);
        foreach (var (method, path) in Routes.Select(row => ((string)row[0], (string)row[1])))
            foreach (var fit in new[] { null, scene.Remote.Token(), "not.a.token" })
                await scene.RefusedAsync(403, "forbidden", method, path, key: null, fit: fit);
        (await scene.GetAsync($"/admin/installations/{site}")).GetProperty("life").GetString().ShouldNotBe("erased");
    }

    [Theory]
    [InlineData("")]
    [InlineData("an-operators-key-of-these-test")]
    [InlineData("an-operators-key-of-these-tests-")]
    [InlineData("An-operators-key-of-these-tests")]
    [InlineData("*")]
    public async Task A_wrong_key_is_forbidden(string key)
    {
        await using var scene = await AdminScene.StartAsync();
        await scene.RefusedAsync(403, "forbidden", "GET", "/admin/installations", key);
    }

    [Fact]
    public async Task A_key_that_is_sent_twice_is_forbidden()
    {
        await using var scene = await AdminScene.StartAsync();
        var answer = await RawHttp.ExchangeAsync(
            scene.Remote.Url, $"GET /admin/installations HTTP/1.1\r\nHost: x\r\nX-Admin-Key: {AdminScene.Key}\r\nX-Admin-Key: {AdminScene.Key}\r\n\r\n");
        answer.Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_key_opens_the_api_and_no_other_route()
    {
        await using var scene = await AdminScene.StartAsync();
        (await scene.GetAsync("/admin/installations")).GetProperty("installations").GetArrayLength().ShouldBe(0);
        await scene.RefusedAsync(401, "invalid_token", "GET", "/hello");
        await scene.RefusedAsync(404, "not_found", "GET", "/admin/nothing");
        await scene.RefusedAsync(404, "not_found", "GET", "/admin");
        await scene.RefusedAsync(405, "method_not_allowed", "PATCH", "/admin/installations");
        await scene.RefusedAsync(401, "invalid_token", "GET", "/administration");
    }

    [Fact]
    public async Task Answers_are_kept_by_no_cache()
    {
        await using var scene = await AdminScene.StartAsync();
        using var response = await scene.SendAsync("GET", "/admin/installations");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task A_vendors_own_route_below_admin_is_one_of_the_remote()
    {
        await using var scene = await AdminScene.StartAsync(map: app => app.MapForgeInvocation("GET", "/admin/settings", () => new { Mine = true }));
        await scene.RefusedAsync(401, "invalid_token", "GET", "/admin/settings");
        using var response = await scene.SendAsync("GET", "/admin/settings", key: null, fit: scene.Remote.Token());
        ((int)response.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task Who_tries_keys_waits_and_the_right_key_does_not()
    {
        await using var scene = await AdminScene.StartAsync();
        for (var i = 0; i < 5; i++)
            await scene.RefusedAsync(403, "forbidden", "GET", "/admin/installations", "a-wrong-key");
        var waiting = Enumerable.Range(0, 20).Select(_ => scene.SendAsync("GET", "/admin/installations", "a-wrong-key")).ToList();
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(4));

        // All of them wait; nobody else does.
        waiting.ShouldAllBe(sent => !sent.IsCompleted);
        await scene.GetAsync("/admin/installations");
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => waiting.Count(sent => sent.IsCompleted) == 5);
        scene.Clock.Advance(TimeSpan.FromSeconds(3));
        foreach (var sent in waiting)
        {
            using var response = await sent;
            await response.ShouldBeErrorAsync(403, "forbidden");
        }
    }

    [Fact]
    public async Task Wrong_keys_are_in_the_log_once_and_not_by_themselves()
    {
        await using var scene = await AdminScene.StartAsync();
        for (var i = 0; i < 5; i++)
            await scene.RefusedAsync(403, "forbidden", "GET", "/admin/installations", "a-wrong-key-of-somebody");
        scene.Remote.Logs.Lines.Count(line => line.Category.EndsWith("AdminGate", StringComparison.Ordinal) && line.Level == LogLevel.Warning).ShouldBe(1);
        scene.Remote.Logs.Text.ShouldNotContain("a-wrong-key-of-somebody");
        scene.Remote.Logs.Text.ShouldNotContain(AdminScene.Key);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("12345678901234567890123")]
    public async Task A_short_key_stops_the_start_and_is_not_repeated(string key)
    {
        var message = await FailsAsync(new() { ["Forge:Admin:Key"] = key });
        message.ShouldContain("Forge:Admin:Key");
        message.ShouldContain("24");
        if (key.Length > 1)
            message.ShouldNotContain(key);
    }

    [Theory]
    [InlineData("a key with spaces in the middle", "header")]
    [InlineData("an-operators-key-of-these-tests\n", "line break")]
    [InlineData("an-operators-kéy-of-these-tests", "ASCII")]
    public async Task A_key_that_no_header_carries_stops_the_start(string key, string says) =>
        (await FailsAsync(new() { ["Forge:Admin:Key"] = key })).ShouldContain(says);

    [Theory]
    [InlineData("5090")]
    [InlineData("tcp://127.0.0.1:5090")]
    [InlineData("http://127.0.0.1:5090/admin")]
    [InlineData("http://127.0.0.1:0")]
    public async Task An_address_that_cannot_be_meant_stops_the_start(string url) =>
        (await FailsAsync(new() { ["Forge:Admin:Key"] = AdminScene.Key, ["Forge:Admin:Url"] = url })).ShouldContain("Forge:Admin:Url");

    [Fact]
    public async Task An_address_without_a_key_stops_the_start() =>
        (await FailsAsync(new() { ["Forge:Admin:Url"] = "http://127.0.0.1:5090" })).ShouldContain("Forge:Admin:Key");

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync();
        await scene.RefusedAsync(413, "payload_too_large", "POST", $"/admin/installations/{site}/adopt", json: new { from = new string('x', 100_000) });
    }

    private static async Task<string> FailsAsync(Dictionary<string, string?> settings) =>
        (await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await Remote.StartAsync(new RemoteSetup { Settings = settings })).DisposeAsync())).Message;
}
