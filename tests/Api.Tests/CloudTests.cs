using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>Whose keys verify a token: production's, staging's, an Isolated Cloud's.</summary>
public sealed class CloudTests
{
    private static readonly Dictionary<string, string?> WithClouds = new()
    {
        ["Forge:Apps:0:IsolatedCloud:JwksUrlTemplate"] = "{keys}/clouds/{icLabel}/jwks.json",
    };

    private static readonly Dictionary<string, string?> WithStaging = new() { ["Forge:Apps:0:Staging:JwksUrl"] = "{keys}/staging.json" };

    [Theory]
    [InlineData("acme")]
    [InlineData("acme-1_b")]
    [InlineData("-")]
    [InlineData("01234567890123456789012345678901234567890123456789")]
    public async Task A_clouds_token_is_verified_with_the_keys_at_the_clouds_address(string label)
    {
        await using var remote = await Remote.StartAsync(new() { Settings = WithClouds, KeySet = SigningKey.Set(SigningKey.Current) });
        remote.Keys.Answer = context => Answer(context, path => path == $"/clouds/{label}/jwks.json" ? SigningKey.Next : SigningKey.Current);

        using var response = await remote.GetAsync("/hello", remote.Token(fit => Of(fit, label, SigningKey.Next)));
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        remote.Keys.Requests.ShouldContain(request => request.Target == $"/clouds/{label}/jwks.json");

        // Production's key is nothing there, and the cloud's is nothing in production or in another cloud.
        foreach (var token in new[]
                 {
                     remote.Token(fit => Of(fit, label, SigningKey.Current)),
                     remote.Token(fit => (fit.Key, fit.Header["kid"]) = (SigningKey.Next, SigningKey.Next.Id)),
                     remote.Token(fit => Of(fit, "another", SigningKey.Next)),
                 })
        {
            using var refused = await remote.GetAsync("/hello", token);
            await refused.ShouldBeErrorAsync(401, "invalid_token");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("evil.example.com")]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a@evil")]
    [InlineData("@evil.example.com#")]
    [InlineData("Acme")]
    [InlineData("a b")]
    [InlineData("a%2fb")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a:80")]
    [InlineData("acme\n")]
    [InlineData("acme\0")]
    [InlineData("{icLabel}")]
    [InlineData("ａcme")]
    [InlineData("é")]
    [InlineData("012345678901234567890123456789012345678901234567890")]
    public async Task A_label_that_could_bend_the_address_is_refused_and_nobody_is_asked(string label)
    {
        await using var remote = await Remote.StartAsync(new() { Settings = WithClouds });
        await SettleAsync(remote);
        var asked = remote.Keys.Requests.Count;
        using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.Claims["icLabel"] = label));
        await response.ShouldBeErrorAsync(401, "invalid_token");
        remote.Keys.Requests.Count.ShouldBe(asked);
    }

    [Theory]
    [InlineData("acme")]
    [InlineData("a.b")]
    public async Task Without_configured_clouds_every_label_is_refused_and_nobody_is_asked(string label)
    {
        await using var remote = await Remote.StartAsync();
        await SettleAsync(remote);
        using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.Claims["icLabel"] = label));
        await response.ShouldBeErrorAsync(401, "invalid_token");
        remote.Keys.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_label_with_which_the_template_makes_no_address_is_no_reason_to_fail()
    {
        await using var remote = await Remote.StartAsync(new()
        {
            Settings = new() { ["Forge:Apps:0:IsolatedCloud:JwksUrlTemplate"] = "https://{icLabel}.invalid/jwks.json" },
        });
        foreach (var label in new[] { "-", "_", "a-", "a_b", "--", "0" })
        {
            using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.Claims["icLabel"] = label));
            ((int)response.StatusCode).ShouldBeOneOf(401, 503);
        }
    }

    [Fact]
    public async Task Many_at_once_from_a_cloud_that_was_never_seen_cause_one_request()
    {
        await using var remote = await Remote.StartAsync(new() { Settings = WithClouds });
        await SettleAsync(remote);
        var gate = new TaskCompletionSource();
        remote.Keys.Answer = async context =>
        {
            await gate.Task;
            await Answer(context, _ => SigningKey.Next);
        };
        var responses = Enumerable.Range(0, 30)
            .Select(_ => remote.GetAsync("/hello", remote.Token(fit => Of(fit, "acme", SigningKey.Next)))).ToList();
        await Eventually.TrueAsync(() => remote.Keys.Requests.Count > 1);
        gate.SetResult();
        foreach (var response in await Task.WhenAll(responses))
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        remote.Keys.Requests.Count(request => request.Target.StartsWith("/clouds/", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Made_up_labels_spend_a_budget_that_is_soon_empty()
    {
        await using var remote = await Remote.StartAsync(new() { Settings = WithClouds });
        await SettleAsync(remote);
        remote.Keys.Answer = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 100; i++)
        {
            using var response = await remote.GetAsync("/hello", remote.Token(fit => Of(fit, $"cloud-{i}", SigningKey.Forged)));
            await response.ShouldBeErrorAsync(503, "unavailable");
        }
        remote.Keys.Requests.Count(request => request.Target.StartsWith("/clouds/", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task Stagings_token_is_verified_with_stagings_keys_where_they_are_configured()
    {
        await using var remote = await Remote.StartAsync(new() { Settings = WithStaging });
        remote.Keys.Answer = context => Answer(context, path => path == "/staging.json" ? SigningKey.Next : SigningKey.Current);
        using var response = await remote.GetAsync("/hello", remote.Token(OfStaging));
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());

        // A token of production that staging's key signed.
        using var refused = await remote.GetAsync("/hello", remote.Token(fit => (fit.Key, fit.Header["kid"]) = (SigningKey.Next, SigningKey.Next.Id)));
        await refused.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Theory]
    [InlineData("https://api.stg.atlassian.com/ex/confluence/x")]
    [InlineData("https://API.STG.atlassian.com")]
    [InlineData("https://api.stg.atlassian.com:443/x")]
    public async Task Stagings_token_is_refused_where_staging_is_not_configured(string apiBaseUrl)
    {
        await using var remote = await Remote.StartAsync();
        // Even if production's key has signed it.
        using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.App["apiBaseUrl"] = apiBaseUrl));
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Fact]
    public async Task Each_of_several_apps_has_its_own_keys()
    {
        const string second = "ari:cloud:ecosystem::app/00000000-1111-4222-8333-444444444444";
        await using var remote = await Remote.StartAsync(new()
        {
            Settings = new() { ["Forge:Apps:1:Id"] = second, ["Forge:Apps:1:JwksUrl"] = "{keys}/second.json" },
        });
        remote.Keys.Answer = context => Answer(context, path => path == "/second.json" ? SigningKey.Next : SigningKey.Current);

        string Second(SigningKey key) => remote.Token(fit =>
        {
            (fit.Key, fit.Header["kid"], fit.Claims["aud"], fit.App["id"]) = (key, key.Id, second, second);
            fit.OfSite(Fit.OtherSite);
        });
        foreach (var good in new[] { remote.Token(), Second(SigningKey.Next) })
        {
            using var response = await remote.GetAsync("/hello", good);
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        }
        foreach (var bad in new[]
                 {
                     Second(SigningKey.Current),
                     remote.Token(fit => fit.Claims["aud"] = second),
                     remote.Token(fit => fit.App["id"] = second),
                     remote.Token(fit => (fit.Key, fit.Header["kid"]) = (SigningKey.Next, SigningKey.Next.Id)),
                 })
        {
            using var response = await remote.GetAsync("/hello", bad);
            await response.ShouldBeErrorAsync(401, "invalid_token");
        }
    }

    private static void Of(Fit fit, string label, SigningKey key) =>
        (fit.Claims["icLabel"], fit.Key, fit.Header["kid"]) = (label, key, key.Id);

    private static void OfStaging(Fit fit) =>
        (fit.App["apiBaseUrl"], fit.Key, fit.Header["kid"]) = ($"https://api.stg.atlassian.com/ex/confluence/{Fit.Cloud}", SigningKey.Next, SigningKey.Next.Id);

    private static Task Answer(Microsoft.AspNetCore.Http.HttpContext context, Func<string, SigningKey> key) =>
        Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, SigningKey.Set(key(context.Request.Path)));

    // Once a token was accepted, the fetch that belongs to the start is over.
    private static async Task SettleAsync(Remote remote)
    {
        using var response = await remote.GetAsync("/hello");
        response.IsSuccessStatusCode.ShouldBeTrue();
    }
}
