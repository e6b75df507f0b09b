using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The access tokens that a remote gets, and what the product APIs say to them.</summary>
public class AccessTokenTests
{
    [Fact]
    public async Task A_token_is_sent_again_while_two_hours_of_it_are_left()
    {
        await using var scene = await Scene.StartAsync();
        var first = await SystemTokenAsync(scene);
        new JsonWebToken(first).ValidTo.ShouldBe(scene.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromHours(4));
        scene.Clock.Advance(TimeSpan.FromHours(2));
        (await SystemTokenAsync(scene)).ShouldBe(first);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        (await SystemTokenAsync(scene)).ShouldNotBe(first);
    }

    [Fact]
    public async Task Every_site_and_every_user_has_another_token()
    {
        await using var scene = await Scene.StartAsync();
        var tokens = new List<string>();
        foreach (var (site, user) in scene.Emulator.Platform.Sites.SelectMany(site => site.Users.Select(user => (site, user))))
        {
            await scene.InvokeAsync(query: $"?site={site.Id}&user={user.AccountId}");
            tokens.Add(scene.Remote.Last.Headers["x-forge-oauth-user"]);
            tokens.Add(scene.Remote.Last.Headers["x-forge-oauth-system"]);
        }

        tokens.Distinct().Count().ShouldBe(scene.Emulator.Platform.Sites.Sum(site => site.Users.Count + 1));
    }

    [Fact]
    public async Task A_token_stays_good_when_the_emulator_is_restarted()
    {
        await using var before = await Scene.StartAsync();
        await using var after = await Scene.StartAsync();
        var answer = await after.GetAsync(after.Acme, "jira", "rest/api/3/myself", await SystemTokenAsync(before));
        answer.Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("none", "bearer token")]
    [InlineData("fit", "no access token")]
    [InlineData("changed", "no access token")]
    [InlineData("unsigned", "no access token")]
    [InlineData("garbage", "no access token")]
    [InlineData("expired", "expired")]
    [InlineData("another audience", "another audience")]
    [InlineData("another site", "another site")]
    public async Task A_product_refuses_a_token_that_is_not_for_it(string kind, string cause)
    {
        await using var scene = await Scene.StartAsync();
        var good = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        var token = kind switch
        {
            "none" => null,
            "fit" => (await scene.MintAsync())["fit"]!.GetValue<string>(),
            "changed" => good[..^10] + new string('A', 10),
            "unsigned" => good[..(good.LastIndexOf('.') + 1)],
            "garbage" => "x",
            "expired" => (await scene.MintAsync(new { accessTokenExpiresIn = -1 }))["systemToken"]!.GetValue<string>(),
            "another audience" => (await scene.MintAsync(new { accessTokenAudience = "else" }))["systemToken"]!.GetValue<string>(),
            _ => (await scene.MintAsync(new { site = "globex" }))["systemToken"]!.GetValue<string>(),
        };
        var answer = await scene.GetAsync(scene.Acme, "confluence", "wiki/rest/api/content", token);
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body["code"]!.GetValue<int>().ShouldBe(401);
        answer.Body["message"]!.GetValue<string>().ShouldContain(cause);
        (await scene.GetAsync(scene.Acme, "confluence", "wiki/rest/api/content", good)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_expires_while_it_is_kept()
    {
        await using var scene = await Scene.StartAsync();
        var token = await SystemTokenAsync(scene);
        scene.Clock.Advance(TimeSpan.FromHours(4) - TimeSpan.FromSeconds(1));
        (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", token)).Status.ShouldBe(HttpStatusCode.OK);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", token)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<string> SystemTokenAsync(Scene scene)
    {
        await scene.InvokeAsync();
        return scene.Remote.Last.Headers["x-forge-oauth-system"];
    }
}
