using System.Net;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Tokens of users who aren't in session, from the gateway.</summary>
public class ImpersonationTests
{
    private const string Mutation =
        """
        mutation forge_remote_offlineUserAuthToken($input: OfflineUserAuthTokenInput!) {
          offlineUserAuthToken(input: $input) {
            success
            errors { message }
            authToken { token ttl }
          }
        }
        """;

    [Fact]
    public async Task The_token_is_that_users_until_its_time_is_over()
    {
        await using var scene = await ProductScene.StartAsync(new LimitSizes { ImpersonationTtl = 600 });
        var ben = scene.Acme.Users[1];
        var outcome = await ImpersonateAsync(scene, ben.AccountId);
        outcome["success"]!.GetValue<bool>().ShouldBeTrue();
        outcome["authToken"]!["ttl"]!.GetValue<int>().ShouldBe(600);
        var token = outcome["authToken"]!.Text("token");
        (await scene.CallAsync(Myself, token: token)).Body!.Text("accountId").ShouldBe(ben.AccountId);
        (await scene.CallAsync("rest/api/3/myself", site: scene.Globex, token: token)).Status.ShouldBe(401);
        scene.Clock.Advance(TimeSpan.FromSeconds(599));
        (await scene.CallAsync(Myself, token: token)).Status.ShouldBe(200);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        (await scene.CallAsync(Myself, token: token)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task The_token_has_only_the_scopes_that_allow_impersonation()
    {
        await using var scene = await ProductScene.StartAsync();
        var token = (await ImpersonateAsync(scene, scene.Acme.Users[1].AccountId))["authToken"]!.Text("token");
        (await scene.CallAsync(Issue, token: token)).Status.ShouldBe(200);
        (await scene.CallAsync(Issue, "PUT", new { }, token: token)).Status.ShouldBe(401);
        (await scene.CallAsync(Issue, "PUT", new { })).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("unknown user", "does not exist")]
    [InlineData("anonymous", "does not exist")]
    [InlineData("user of another site", "no access")]
    [InlineData("user without access", "no access")]
    [InlineData("deactivated user", "deactivated")]
    [InlineData("context of another site", "another site")]
    [InlineData("context of a product that is not installed", "not installed in compass")]
    [InlineData("context of a product that was left out", "not installed in confluence")]
    [InlineData("context of an installation", "ari:cloud:<product>::site/<cloudId>")]
    [InlineData("no context", "there is none")]
    [InlineData("token of a user", "system token")]
    public async Task A_refusal_is_a_200_without_success(string what, string why)
    {
        await using var scene = await ProductScene.StartAsync();
        var (acme, user) = (scene.Acme, scene.Acme.Users[1].AccountId);
        string? token = null;
        string[] contexts = [$"ari:cloud:jira::site/{acme.CloudId}"];
        switch (what)
        {
            case "unknown user":
                user = "712020:nobody";
                break;
            case "anonymous":
                user = "unidentified";
                break;
            case "user of another site":
                user = scene.Globex.Users[0].AccountId;
                break;
            case "user without access":
                await scene.SendAsync("POST", $"/sites/acme/users/{user}", body: new { hasAccess = false });
                break;
            case "deactivated user":
                await scene.SendAsync("POST", $"/sites/acme/users/{user}", body: new { active = false });
                break;
            case "context of another site":
                contexts = [$"ari:cloud:jira::site/{scene.Globex.CloudId}"];
                break;
            case "context of a product that is not installed":
                contexts = [$"ari:cloud:compass::site/{acme.CloudId}"];
                break;
            case "context of a product that was left out":
                await scene.PostAsync("/sites/acme/reinstall", new { products = (string[])["jira"] });
                contexts = [$"ari:cloud:confluence::site/{acme.CloudId}"];
                break;
            case "context of an installation":
                contexts = [.. contexts, $"ari:cloud:ecosystem::installation/{acme.InstallationId}"];
                break;
            case "no context":
                contexts = [];
                break;
            default:
                token = (await scene.MintAsync())["userToken"]!.GetValue<string>();
                break;
        }

        var outcome = await ImpersonateAsync(scene, user, contexts, token);
        outcome["success"]!.GetValue<bool>().ShouldBeFalse();
        outcome["authToken"].ShouldBeNull();
        outcome["errors"]!.AsArray().ShouldHaveSingleItem()!.Text("message").ShouldContain(why);
    }

    [Fact]
    public async Task Without_a_scope_that_allows_it_nobody_is_impersonated()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = ProductScene.Manifest with
            {
                Scopes = [new Scope("read:app-system-token", false), new Scope("read:jira-user", false)],
            },
        });
        var outcome = await ImpersonateAsync(scene, scene.Acme.Users[1].AccountId);
        outcome["errors"]![0]!.Text("message").ShouldContain("allowImpersonation");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x")]
    public async Task Without_a_good_token_the_gateway_answers_401(string? token)
    {
        await using var scene = await ProductScene.StartAsync();
        (await scene.SendAsync("POST", "/graphql", token, Request("x", []))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task What_it_cannot_read_it_refuses()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var (query, variables) in ((string, string)[])
        [
            ("query { me { user { name } } }", """{"input": {"contextIds": ["x"], "userId": "x"}}"""),
            ("", "{}"),
            (Mutation, "null"),
            (Mutation, """{"input": {"contextIds": "x", "userId": "x"}}"""),
            (Mutation, """{"input": {"contextIds": ["x"]}}"""),
            (Mutation, """{"input": {"contextIds": ["x"], "userId": "a\nb"}}"""),
            (Mutation, $$$"""{"input": {"contextIds": ["x"], "userId": "{{{new string('x', 301)}}}"}}"""),
        ])
        {
            var answer = await scene.SendAsync(
                "POST", "/graphql", await scene.SystemTokenAsync(scene.Acme), new { query, variables = JsonNode.Parse(variables) });
            answer.Status.ShouldBe(400);
            answer.Body!["errors"]!.AsArray().ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task A_thousand_requests_in_any_minute_are_taken_from_the_app()
    {
        await using var scene = await ProductScene.StartAsync();
        var (acme, globex) = (await scene.SystemTokenAsync(scene.Acme), await scene.SystemTokenAsync(scene.Globex));
        for (var number = 0; number < 1000; number++)
        {
            (await scene.SendAsync("POST", "/graphql", acme, RequestFor(scene.Acme))).Status.ShouldBe(200);
            if (number is 0)
            {
                scene.Clock.Advance(TimeSpan.FromSeconds(20));
            }
        }

        var refused = await scene.SendAsync("POST", "/graphql", globex, RequestFor(scene.Globex));
        refused.Status.ShouldBe(429);
        refused["Retry-After"].ShouldBe("40");
        scene.Emulator.Platform.Limits.Counts("globex").Refused["gateway"].ShouldBe(1);
        scene.Clock.Advance(TimeSpan.FromSeconds(40));
        (await scene.SendAsync("POST", "/graphql", globex, RequestFor(scene.Globex))).Status.ShouldBe(200);
        (await scene.SendAsync("POST", "/graphql", globex, RequestFor(scene.Globex))).Status.ShouldBe(429);

        object RequestFor(Site site) => Request(site.Users[0].AccountId, [$"ari:cloud:jira::site/{site.CloudId}"]);
    }

    [Fact]
    public async Task A_deactivated_users_own_tokens_are_good_for_nothing_and_one_without_access_gets_403()
    {
        await using var scene = await ProductScene.StartAsync();
        var kim = scene.Acme.Users[2].AccountId;
        var here = (await scene.MintAsync(new { site = "acme", user = kim }))["userToken"]!.GetValue<string>();
        var there = (await scene.MintAsync(new { site = "globex", user = kim }))["userToken"]!.GetValue<string>();
        await scene.SendAsync("POST", $"/sites/acme/users/{kim}", body: new { hasAccess = false });
        (await scene.CallAsync(Myself, token: here)).Status.ShouldBe(403);
        (await scene.CallAsync(Myself, site: scene.Globex, token: there)).Status.ShouldBe(200);
        await scene.SendAsync("POST", $"/sites/acme/users/{kim}", body: new { active = false, hasAccess = true });
        (await scene.CallAsync(Myself, token: here)).Status.ShouldBe(401);
        (await scene.CallAsync(Myself, site: scene.Globex, token: there)).Status.ShouldBe(401);
        (await scene.SendAsync("POST", "/sites/acme/users/nobody", body: new { active = true })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_product_that_the_app_is_not_installed_in_is_in_no_token_and_answers_404()
    {
        await using var scene = await ProductScene.StartAsync();
        await scene.PostAsync("/sites/acme/reinstall", new { products = (string[])["confluence"] });
        var contexts = (await scene.MintAsync())["claims"]!["app"]!["installation"]!["contexts"]!.AsArray();
        contexts.ShouldHaveSingleItem()!.Text("name").ShouldBe("confluence");
        (await scene.CallAsync(Myself)).Status.ShouldBe(404);
        (await scene.CallAsync(Pages, product: "confluence")).Status.ShouldBe(200);
        var unknown = await scene.PostAsync("/sites/acme/reinstall", new { products = (string[])["compass"] });
        unknown.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_installation_is_described_once_in_five_minutes()
    {
        await using var scene = await ProductScene.StartAsync();
        var claims = (await scene.MintAsync())["claims"]!["app"]!;
        var environment = claims["environment"]!.Text("id").Split('/')[^1];
        var path = $"/forge/installation/v1/8db33809-1f32-48bb-8c52-5877dab48107/{environment}/installation/";
        var token = await scene.SystemTokenAsync(scene.Acme);
        (await scene.SendAsync("GET", path + scene.Globex.InstallationId, token)).Status.ShouldBe(401);
        var answer = await scene.SendAsync("GET", path + scene.Acme.InstallationId, token);
        answer.Body!.Text("version").ShouldBe("1.0.0");
        answer.Body!["installationContext"]!.Text("id").ShouldBe($"ari:cloud:jira::site/{scene.Acme.CloudId}");
        answer.Body["secondaryInstallationContexts"]![0]!.Text("id").ShouldBe($"ari:cloud:confluence::site/{scene.Acme.CloudId}");
        answer.Body["permissions"]!["scopes"]!.AsArray().Count.ShouldBe(9);
        scene.Clock.Advance(TimeSpan.FromSeconds(100));
        (await scene.SendAsync("GET", path + scene.Acme.InstallationId, token))["Retry-After"].ShouldBe("200");
        scene.Clock.Advance(TimeSpan.FromSeconds(200));
        (await scene.SendAsync("GET", path + scene.Acme.InstallationId, token)).Status.ShouldBe(200);
    }

    internal static async Task<JsonNode> ImpersonateAsync(Scene scene, string user, string[]? contexts = null, string? token = null)
    {
        var answer = await scene.SendAsync(
            "POST",
            "/graphql",
            token ?? await scene.SystemTokenAsync(scene.Acme),
            Request(user, contexts ?? [$"ari:cloud:jira::site/{scene.Acme.CloudId}"]));
        answer.Status.ShouldBe(200, answer.Body?.ToJsonString());
        return answer.Body!["data"]!["offlineUserAuthToken"]!;
    }

    private static object Request(string user, string[] contexts) =>
        new { query = Mutation, variables = new { input = new { contextIds = contexts, userId = user } } };
}
