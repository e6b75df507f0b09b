using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Forge Invocation Tokens, read by a library that nobody here wrote.</summary>
public class InvocationTokenTests
{
    private const string AppId = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";

    [Fact]
    public async Task A_token_says_who_calls_from_where()
    {
        await using var scene = await Scene.StartAsync();
        var user = scene.Globex.Users[1];
        await scene.InvokeAsync(query: $"?site=globex&user={user.AccountId}&module=task-board-space");
        var claims = await VerifiedAsync(scene, scene.Remote.Last.Fit);

        Text(claims, "iss").ShouldBe("forge/invocation-token");
        Text(claims, "aud").ShouldBe(AppId);
        Text(claims, "principal").ShouldBe(user.AccountId);
        Guid.TryParse(Text(claims, "jti"), out _).ShouldBeTrue();
        var now = scene.Clock.GetUtcNow().ToUnixTimeSeconds();
        claims["iat"]!.GetValue<long>().ShouldBe(now);
        claims["nbf"]!.GetValue<long>().ShouldBe(now);
        claims["exp"]!.GetValue<long>().ShouldBe(now + 25);

        var app = claims["app"]!;
        var installation = $"ari:cloud:ecosystem::installation/{scene.Globex.InstallationId}";
        var confluence = $"{scene.Emulator.Url.GetLeftPart(UriPartial.Authority)}/ex/confluence/{scene.Globex.CloudId}";
        Text(app, "id").ShouldBe(AppId);
        Text(app, "version").ShouldBe("1.0.0");
        Text(app, "appVersion").ShouldBe("1.0.0");
        Text(app, "installationId").ShouldBe(installation);
        Text(app, "apiBaseUrl").ShouldBe(confluence);
        Text(app["environment"]!, "type").ShouldBe("DEVELOPMENT");
        Text(app["environment"]!, "id").ShouldMatch("^ari:cloud:ecosystem::environment/8db33809-[0-9a-f-]+/[0-9a-f-]{36}$");
        Text(app["module"]!, "type").ShouldBe("confluence:spacePage");
        Text(app["module"]!, "key").ShouldBe("task-board-space");
        Text(app["installation"]!, "id").ShouldBe(installation);
        var contexts = app["installation"]!["contexts"]!.AsArray();
        contexts.Select(context => Text(context!, "name")).ShouldBe(["jira", "confluence"]);
        contexts.ShouldAllBe(context => Text(context!, "cloudId") == scene.Globex.CloudId);
        Text(contexts[1]!, "apiBaseUrl").ShouldBe(confluence);

        var place = claims["context"]!;
        Text(place, "cloudId").ShouldBe(scene.Globex.CloudId);
        Text(place, "siteUrl").ShouldBe("https://globex.atlassian.net");
        Text(place, "moduleKey").ShouldBe("task-board-space");
        Text(place, "localId").ShouldStartWith("ari:cloud:ecosystem::extension/8db33809-1f32-48bb-8c52-5877dab48107/");
        Text(place["extension"]!, "type").ShouldBe("confluence:spacePage");
    }

    [Fact]
    public async Task Without_a_user_there_is_no_principal_and_no_user_token()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync(query: "?user=anonymous");
        (await VerifiedAsync(scene, scene.Remote.Last.Fit)).ContainsKey("principal").ShouldBeFalse();
        scene.Remote.Last.Headers.ShouldContainKey("x-forge-oauth-system");
        scene.Remote.Last.Headers.ShouldNotContainKey("x-forge-oauth-user");
    }

    [Fact]
    public async Task Every_invocation_has_its_own_token_and_the_default_is_the_first_user_of_the_first_site()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync();
        var first = await VerifiedAsync(scene, scene.Remote.Last.Fit);
        await scene.InvokeAsync();
        var second = await VerifiedAsync(scene, scene.Remote.Last.Fit);
        Text(second, "jti").ShouldNotBe(Text(first, "jti"));
        Text(first, "principal").ShouldBe(scene.Acme.Users[0].AccountId);
        Text(first["app"]!["module"]!, "key").ShouldBe("task-board-project");
    }

    [Fact]
    public async Task A_rotated_key_signs_at_once_and_the_old_one_stays_until_it_is_retired()
    {
        await using var scene = await Scene.StartAsync();
        var old = (await scene.MintAsync())["fit"]!.GetValue<string>();
        var (_, rotated) = await scene.PostAsync("/keys/rotate", new { });
        var fresh = (await scene.MintAsync())["fit"]!.GetValue<string>();
        new JsonWebToken(fresh).Kid.ShouldBe(rotated["kid"]!.GetValue<string>());
        new JsonWebToken(fresh).Kid.ShouldNotBe(new JsonWebToken(old).Kid);
        await VerifiedAsync(scene, old);
        await VerifiedAsync(scene, fresh);

        await scene.PostAsync("/keys/rotate?retire=true", new { });
        (await ResultAsync(scene, old)).IsValid.ShouldBeFalse();
        (await ResultAsync(scene, fresh)).IsValid.ShouldBeFalse();
        (await ResultAsync(scene, (await scene.MintAsync())["fit"]!.GetValue<string>())).IsValid.ShouldBeTrue();
    }

    [Fact]
    public async Task Mint_makes_the_tokens_that_must_be_refused()
    {
        await using var scene = await Scene.StartAsync();
        (await ProblemAsync(new { })).ShouldBeNull();
        (await ProblemAsync(new { forged = true })).ShouldBeAssignableTo<SecurityTokenInvalidSignatureException>();
        (await ProblemAsync(new { expiresIn = -60 })).ShouldBeOfType<SecurityTokenInvalidLifetimeException>();
        (await ProblemAsync(new { audience = "another" })).ShouldBeOfType<SecurityTokenInvalidAudienceException>();
        (await ProblemAsync(new { claims = new { iss = "another" } })).ShouldBeOfType<SecurityTokenInvalidIssuerException>();

        async Task<Exception?> ProblemAsync(object request) =>
            (await ResultAsync(scene, (await scene.MintAsync(request))["fit"]!.GetValue<string>())).Exception;
    }

    [Fact]
    public async Task Mint_patches_claims_deeply()
    {
        await using var scene = await Scene.StartAsync();
        var patch = new { principal = (string?)null, icLabel = "x", app = new { module = new { key = "mine" } } };
        var minted = await scene.MintAsync(new { site = "globex", claims = patch });
        var claims = await VerifiedAsync(scene, minted["fit"]!.GetValue<string>());
        claims.ContainsKey("principal").ShouldBeFalse();
        Text(claims, "icLabel").ShouldBe("x");
        Text(claims["app"]!["module"]!, "key").ShouldBe("mine");
        Text(claims["app"]!["module"]!, "type").ShouldBe("jira:projectPage");
        minted["headers"]!["authorization"]!.GetValue<string>().ShouldBe($"Bearer {minted["fit"]}");
    }

    [Fact]
    public async Task Sites_and_ids_are_the_same_after_a_restart()
    {
        await using var first = await Scene.StartAsync();
        await using var second = await Scene.StartAsync();
        var before = await first.Client.GetStringAsync("/sites");
        (await second.Client.GetStringAsync("/sites")).ShouldBe(before);
        var sites = JsonNode.Parse(before)!["sites"]!.AsArray();
        sites.Count.ShouldBeGreaterThanOrEqualTo(2);
        sites.ShouldAllBe(site => site!["users"]!.AsArray().Count >= 2);
        sites.Select(site => Text(site!, "installationId")).Distinct().Count().ShouldBe(sites.Count);
        foreach (var site in sites)
        {
            Guid.TryParse(Text(site!, "cloudId"), out _).ShouldBeTrue();
            Text(site!["users"]![0]!, "accountId").ShouldNotBeEmpty();
            Text(site["users"]![0]!, "name").ShouldNotBeEmpty();
        }
    }

    internal static async Task<JsonObject> VerifiedAsync(Scene scene, string token)
    {
        var result = await ResultAsync(scene, token);
        result.IsValid.ShouldBeTrue(result.Exception?.Message);
        return JsonNode.Parse(Base64UrlEncoder.Decode(((JsonWebToken)result.SecurityToken).EncodedPayload))!.AsObject();
    }

    internal static async Task<TokenValidationResult> ResultAsync(Scene scene, string token)
    {
        var keys = new JsonWebKeySet(await scene.Client.GetStringAsync("/.well-known/jwks.json"));
        keys.Keys.ShouldAllBe(key => key.D == null && key.Alg == "RS256" && key.Use == "sig");
        var now = scene.Clock.GetUtcNow().UtcDateTime;
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "forge/invocation-token",
            ValidAudience = AppId,
            ValidAlgorithms = ["RS256"],
            IssuerSigningKeys = keys.GetSigningKeys(),
            LifetimeValidator = (starts, ends, _, _) => starts <= now && now < ends,
        });
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
