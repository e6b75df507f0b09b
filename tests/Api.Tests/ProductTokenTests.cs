using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Tests;

/// <summary>With whose token a product is called, and what is said when there is none.</summary>
public sealed class ProductTokenTests
{
    private const string User = "5c5f880629be9642ba529340";
    private const string System1 = $"{Remote.AccessTokenMark}-system-1";
    private const string System2 = $"{Remote.AccessTokenMark}-system-2";
    private const string User1 = $"{Remote.AccessTokenMark}-user-1";
    private const string User2 = $"{Remote.AccessTokenMark}-user-2";

    [Theory]
    [InlineData("app", System1)]
    [InlineData("user", User1)]
    [InlineData("user/" + User, User1)]
    public async Task The_token_that_came_with_the_invocation_is_used(string caller, string token)
    {
        await using var remote = await StartAsync();
        await CalledAsync(remote, caller, token, system: System1, user: User1);
    }

    [Theory]
    [InlineData("app", System1)]
    [InlineData("user", User1)]
    [InlineData("user/" + User, User1)]
    public async Task The_token_that_came_earlier_is_used_when_none_comes(string caller, string token)
    {
        await using var remote = await StartAsync();
        await SeenAsync(remote, system: System1, user: User1);
        await CalledAsync(remote, caller, token);
    }

    [Fact]
    public async Task Another_users_kept_token_is_used_where_it_is_asked_for_and_nowhere_else()
    {
        await using var remote = await StartAsync();
        await SeenAsync(remote, user: User1);
        await SeenAsync(remote, fit => fit.Claims["principal"] = "someone-else", user: User2);
        await CalledAsync(remote, "user/someone-else", User2);
        await CalledAsync(remote, "user", User1);
        await CalledAsync(remote, "user", User2, fit => fit.Claims["principal"] = "someone-else");
        await UnavailableAsync(remote, "user/nobody", "that user");
        await UnavailableAsync(remote, "app", "access token of the app");
    }

    [Fact]
    public async Task A_token_of_one_site_is_never_used_for_another()
    {
        await using var remote = await StartAsync();
        await SeenAsync(remote, system: System1, user: User1);
        foreach (var caller in new[] { "app", "user", $"user/{User}" })
            await UnavailableAsync(remote, caller, "access token", fit => fit.OfSite(Fit.OtherSite));
    }

    [Fact]
    public async Task What_is_missing_is_said_together_with_what_would_bring_it()
    {
        await using var remote = await StartAsync();
        await UnavailableAsync(remote, "app", "auth.appSystemToken.enabled: true");
        await UnavailableAsync(remote, "user", "auth.appUserToken.enabled: true");
        await UnavailableAsync(remote, "user/x", "auth.appUserToken.enabled: true");
        await UnavailableAsync(remote, "user", "no user in session", fit => fit.Claims.Remove("principal"));
        remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_user_token_without_a_user_in_session_is_nobodys()
    {
        await using var remote = await StartAsync();
        await SeenAsync(remote, fit => fit.Claims.Remove("principal"), user: User1);
        await UnavailableAsync(remote, "user", "no access token of its user");
        await UnavailableAsync(remote, $"user/{User}", "that user");
    }

    [Fact]
    public async Task An_opaque_token_is_used_for_55_minutes_less_a_minute_for_the_way()
    {
        await using var remote = await StartAsync();
        await SeenAsync(remote, system: System1);
        remote.Clock.Advance(TimeSpan.FromMinutes(54) - TimeSpan.FromSeconds(1));
        await CalledAsync(remote, "app", System1);
        remote.Clock.Advance(TimeSpan.FromSeconds(1));
        await UnavailableAsync(remote, "app", "access token of the app");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(120)]
    public async Task A_tokens_own_expiry_counts_where_it_can_be_read(int minutes)
    {
        await using var remote = await StartAsync();
        var token = JwtExpiring(remote.Clock.GetUtcNow().AddMinutes(minutes), 1);
        await SeenAsync(remote, user: token);
        remote.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(61));
        await CalledAsync(remote, "user", token);
        remote.Clock.Advance(TimeSpan.FromSeconds(1));
        await UnavailableAsync(remote, "user", "no access token of its user");
    }

    [Fact]
    public async Task An_expiry_that_is_too_good_to_be_true_is_not_believed()
    {
        await using var remote = await StartAsync();
        var token = JwtExpiring(remote.Clock.GetUtcNow().AddDays(400), 1);
        await SeenAsync(remote, system: token);
        remote.Clock.Advance(TimeSpan.FromHours(4));
        await UnavailableAsync(remote, "app", "access token of the app");
    }

    [Fact]
    public async Task A_token_that_has_expired_on_its_way_is_not_sent()
    {
        await using var remote = await StartAsync();
        var token = JwtExpiring(remote.Clock.GetUtcNow().AddSeconds(30), 1);
        using var response = await CallAsync(remote, "app", null, token);
        await response.ShouldBeErrorAsync(503, "token_unavailable");
        remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_two_tokens_the_one_that_lasts_longer_is_kept()
    {
        await using var remote = await StartAsync();
        var now = remote.Clock.GetUtcNow();
        var (shorter, longer) = (JwtExpiring(now.AddMinutes(30), 1), JwtExpiring(now.AddMinutes(60), 2));
        await SeenAsync(remote, system: longer);
        await SeenAsync(remote, system: shorter);
        await CalledAsync(remote, "app", longer);
    }

    [Fact]
    public async Task A_token_of_a_newer_app_version_replaces_one_that_lasts_longer()
    {
        await using var remote = await StartAsync();
        var now = remote.Clock.GetUtcNow();
        var (old, fresh) = (JwtExpiring(now.AddHours(3), 1), JwtExpiring(now.AddMinutes(30), 2));
        await SeenAsync(remote, fit => fit.App["appVersion"] = "2.9.0", system: old);
        await SeenAsync(remote, fit => fit.App["appVersion"] = "2.10.0", system: fresh);
        await CalledAsync(remote, "app", fresh, fit => fit.App["appVersion"] = "2.10.0");
        // One of the old version that comes late changes nothing.
        await SeenAsync(remote, fit => fit.App["appVersion"] = "2.9.0", system: old);
        await CalledAsync(remote, "app", fresh, fit => fit.App["appVersion"] = "2.10.0");
    }

    [Fact]
    public async Task A_token_header_that_comes_twice_is_none()
    {
        await using var remote = await StartAsync();
        using var request = remote.Request("GET", "/as/app", remote.Token(fit => fit.AtBase(remote.ProductBase)));
        request.Headers.Add("x-forge-oauth-system", [System1, System2]);
        var text = $"GET /as/app HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{request.Headers.ToString().Split("x-forge")[0]}"
            + $"x-forge-oauth-system: {System1}\r\nx-forge-oauth-system: {System2}\r\n\r\n";
        var answer = await RawHttp.ExchangeAsync(remote.Url, text);
        answer.Status.ShouldBe(503);
        answer.Body.ShouldBeError("token_unavailable");
    }

    [Fact]
    public async Task An_installation_seen_under_another_app_is_refused()
    {
        const string second = "ari:cloud:ecosystem::app/00000000-1111-4222-8333-444444444444";
        await using var remote = await Remote.StartAsync(new()
        {
            Map = Map,
            Settings = new() { ["Forge:Apps:1:Id"] = second, ["Forge:Apps:1:JwksUrl"] = "{keys}/jwks.json" },
        });
        await SeenAsync(remote, system: System1);
        for (var i = 0; i < 2; i++)
        {
            using var response = await CallAsync(remote, "app", fit => (fit.Claims["aud"], fit.App["id"]) = (second, second), System2);
            await response.ShouldBeErrorAsync(403, "forbidden");
        }
        remote.Product.Requests.ShouldBeEmpty();
        await CalledAsync(remote, "app", System1);
    }

    [Fact]
    public async Task No_access_token_can_be_answered_or_stored_by_accident()
    {
        await using var remote = await StartAsync();
        using var response = await remote.SendAsync("GET", "/leak", system: System1);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain(Remote.AccessTokenMark);
    }

    [Fact]
    public async Task A_token_that_comes_with_a_call_from_the_browser_is_not_believed()
    {
        await using var remote = await StartAsync();
        await CalledAsync(remote, "app", System1, system: System1);
        using (await remote.SendAsync("GET", "/download", remote.Token(), system: JwtExpiring(remote.Clock.GetUtcNow().AddHours(4), 9)))
        {
        }
        await CalledAsync(remote, "app", System1);
    }

    private static string JwtExpiring(DateTimeOffset at, int number) =>
        $"{Fit.Encode("{\"alg\":\"none\"}")}.{Fit.Encode(new JsonObject { ["n"] = number, ["exp"] = at.ToUnixTimeSeconds() }.ToJsonString())}.{Remote.AccessTokenMark}";

    private static async Task CalledAsync(Remote remote, string caller, string token, Action<Fit>? change = null, string? system = null, string? user = null)
    {
        remote.Product.Requests.Clear();
        using var response = await CallAsync(remote, caller, change, system, user);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        remote.Product.Requests.Single().Header("authorization").ShouldBe($"Bearer {token}");
    }

    private static async Task UnavailableAsync(Remote remote, string caller, string says, Action<Fit>? change = null)
    {
        var before = remote.Product.Requests.Count;
        using var response = await CallAsync(remote, caller, change);
        (await response.ShouldBeErrorAsync(503, "token_unavailable")).GetProperty("message").GetString()!.ShouldContain(says);
        remote.Product.Requests.Count.ShouldBe(before);
    }

    private static async Task SeenAsync(Remote remote, Action<Fit>? change = null, string? system = null, string? user = null)
    {
        using var response = await remote.SendAsync("GET", "/hello", remote.Token(change), system: system, user: user);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> CallAsync(Remote remote, string caller, Action<Fit>? change, string? system = null, string? user = null) =>
        remote.SendAsync("GET", $"/as/{caller}", remote.Token(fit =>
        {
            fit.AtBase(remote.ProductBase);
            change?.Invoke(fit);
        }), system: system, user: user);

    private static Task<Remote> StartAsync() => Remote.StartMappingAsync(Map);

    private static void Map(WebApplication app)
    {
        app.MapForgeInvocation("GET", "/hello", () => new { });
        app.MapForgeInvocation("GET", "/as/app", (ConfluenceApi api) => StatusAsync(api.AsApp()));
        app.MapForgeInvocation("GET", "/as/user", (ConfluenceApi api) => StatusAsync(api.AsUser()));
        app.MapForgeInvocation("GET", "/as/user/{id}", (string id, ConfluenceApi api) => StatusAsync(api.AsUser(id)));
        app.MapForgeInvocation("GET", "/leak", (HandlerScope scope, HttpContext context) => new
        {
            scope,
            text = new InvocationTokens(JwtExpiring(DateTimeOffset.MaxValue, 1), null, default).ToString(),
            token = AccessToken.Receive(JwtExpiring(DateTimeOffset.MaxValue, 1), default).ToString(),
            headers = string.Join(' ', context.Request.Headers.Values),
        });
        app.MapForgeInvocation("GET", "/download", () => Results.Bytes("x"u8.ToArray(), "text/plain")).WithRawResponse();
    }

    private static async Task<int> StatusAsync(ProductClient client)
    {
        using var response = await client.GetAsync("/wiki/rest/api/content");
        return (int)response.StatusCode;
    }
}
