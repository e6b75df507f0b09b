using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Invocations;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>What a handler learns from tokens in all the forms that the platform has (contract section 3).</summary>
public sealed class ValidTokenTests(ValidTokenTests.Shared shared) : IClassFixture<ValidTokenTests.Shared>
{
    [Fact]
    public async Task Every_claim_that_is_documented_reaches_the_handler()
    {
        var seen = await SeenAsync(fit => fit.App["license"] = new JsonObject
        {
            ["active"] = true,
            ["type"] = "COMMERCIAL",
            ["billingPeriod"] = "ANNUAL",
            ["isEvaluation"] = false,
            ["subscriptionEndDate"] = "2027-01-01T00:00:00Z",
            ["trialEndDate"] = null,
            ["capabilitySet"] = "capabilityAdvanced",
            ["ccpEntitlementId"] = "e-1",
            ["ccpEntitlementSlug"] = "slug",
            ["modes"] = new JsonArray("a"),
        });

        var installation = seen.GetProperty("installation");
        installation.GetProperty("installationId").GetString().ShouldBe(Fit.Site);
        installation.GetProperty("appId").GetString().ShouldBe(Fit.AppUuid);
        installation.GetProperty("appVersion").GetString().ShouldBe("2.1.0");
        installation.GetProperty("environmentId").GetString().ShouldBe(Fit.Environment);
        installation.GetProperty("environmentType").GetString().ShouldBe("PRODUCTION");
        installation.GetProperty("contexts")[0].GetProperty("cloudId").GetString().ShouldBe(Fit.Cloud);
        var license = installation.GetProperty("license");
        license.GetProperty("active").GetBoolean().ShouldBeTrue();
        license.GetProperty("type").GetString().ShouldBe("COMMERCIAL");
        license.GetProperty("entitlementSlug").GetString().ShouldBe("slug");
        seen.GetProperty("principal").GetString().ShouldBe("5c5f880629be9642ba529340");
        seen.GetProperty("module").GetProperty("key").GetString().ShouldBe("macro");
        seen.GetProperty("context").GetProperty("extension").GetProperty("type").GetString().ShouldBe("macro");
        seen.GetProperty("context").GetProperty("siteUrl").GetString().ShouldBe("https://example.atlassian.net");
    }

    public static TheoryData<string, Action<JsonObject>> Tolerated => new()
    {
        { "a function called: no context", claims => claims.Remove("context") },
        { "no user: no principal", claims => claims.Remove("principal") },
        { "principal is null", claims => claims["principal"] = null },
        { "no jti", claims => claims.Remove("jti") },
        { "no iat", claims => claims.Remove("iat") },
        { "no nbf", claims => claims.Remove("nbf") },
        { "times with fractions", claims => claims["exp"] = claims["exp"]!.GetValue<long>() + 0.5 },
        { "aud as a list of one", claims => claims["aud"] = new JsonArray(Fit.AppId) },
        { "claims that nobody has heard of", claims => claims["future"] = new JsonObject { ["a"] = new JsonArray(1, new JsonObject()) } },
        { "no version at all", claims => claims["app"]!.AsObject().Remove("appVersion") },
        { "no license", claims => claims["app"]!["license"] = null },
        { "no contexts", claims => claims["app"]!["installation"]!.AsObject().Remove("contexts") },
        { "contexts are null", claims => claims["app"]!["installation"]!["contexts"] = null },
        { "a context that is null", claims => claims["app"]!["installation"]!["contexts"] = new JsonArray((JsonNode?)null) },
        { "a context without a name", claims => claims["app"]!["installation"]!["contexts"] = new JsonArray(new JsonObject()) },
        { "only the older installation id", claims => claims["app"]!.AsObject().Remove("installation") },
        { "only the newer installation id", claims => claims["app"]!.AsObject().Remove("installationId") },
        { "a short environment id", claims => claims["app"]!["environment"]!["id"] = $"ari:cloud:ecosystem::environment/{Fit.Environment}" },
        { "module core:endpoint", claims => claims["app"]!["module"]!["type"] = "core:endpoint" },
        { "no module type", claims => claims["app"]!["module"]!.AsObject().Remove("type") },
        { "uppercase in the installation id", claims =>
            {
                claims["app"]!.AsObject().Remove("installationId");
                claims["app"]!["installation"]!["id"] = $"ari:cloud:ecosystem::installation/{Fit.Site.ToUpperInvariant()}";
            }
        },
        { "both installation ids, one in uppercase", claims => claims["app"]!["installationId"] = $"ari:cloud:ecosystem::installation/{Fit.Site.ToUpperInvariant()}" },
        { "a license of wrong types", claims => claims["app"]!["license"] = new JsonObject
            {
                ["active"] = "yes", ["isActive"] = 1, ["type"] = 5, ["isEvaluation"] = new JsonObject(), ["capabilitySet"] = new JsonArray(), ["modes"] = 7,
            }
        },
    };

    [Theory, MemberData(nameof(Tolerated))]
    public async Task A_token_is_accepted_in_every_form_that_the_platform_may_send(string form, Action<JsonObject> change)
    {
        var seen = await SeenAsync(fit => change(fit.Claims));
        seen.GetProperty("installation").GetProperty("installationId").GetString().ShouldBe(Fit.Site, form);
        seen.GetProperty("installation").GetProperty("environmentId").GetString().ShouldBe(Fit.Environment, form);
    }

    [Fact]
    public async Task The_deprecated_version_claim_is_read_where_the_new_one_is_absent()
    {
        var seen = await SeenAsync(fit =>
        {
            fit.App.Remove("appVersion");
            fit.App["version"] = 17;
        });
        seen.GetProperty("installation").GetProperty("appVersion").GetString().ShouldBe("17");
    }

    [Fact]
    public async Task The_deprecated_license_flag_is_read_where_the_new_one_is_absent()
    {
        var seen = await SeenAsync(fit => fit.App["license"] = new JsonObject { ["isActive"] = true });
        seen.GetProperty("installation").GetProperty("license").GetProperty("active").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_workspace_is_the_same_with_and_without_braces()
    {
        var seen = await SeenAsync(fit =>
        {
            fit.Claims["context"]!["workspaceId"] = "{ws-1}";
            fit.App["installation"]!["contexts"]![0]!["workspaceId"] = "ws-1";
        });
        seen.GetProperty("context").GetProperty("workspaceId").GetString().ShouldBe("ws-1");
        seen.GetProperty("installation").GetProperty("contexts")[0].GetProperty("workspaceId").GetString().ShouldBe("ws-1");
    }

    [Theory]
    [InlineData(29, 200)]
    [InlineData(31, 401)]
    public async Task A_clock_may_be_half_a_minute_ahead(int seconds, int status)
    {
        var now = shared.Remote.Clock.GetUtcNow().ToUnixTimeSeconds();
        using var late = await shared.Remote.GetAsync("/seen", shared.Remote.Token(fit => fit.Claims["exp"] = now - seconds));
        ((int)late.StatusCode).ShouldBe(status);
        using var early = await shared.Remote.GetAsync("/seen", shared.Remote.Token(fit =>
        {
            fit.Claims["nbf"] = now + seconds;
            fit.Claims["exp"] = now + 100;
        }));
        ((int)early.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_large_context_is_accepted()
    {
        var seen = await SeenAsync(fit => fit.Claims["context"]!["extension"] = new JsonObject { ["body"] = new string('x', 80_000) });
        seen.GetProperty("context").GetProperty("extension").GetProperty("body").GetString()!.Length.ShouldBe(80_000);
    }

    [Theory]
    [InlineData("bearer ")]
    [InlineData("BEARER ")]
    public async Task The_scheme_may_be_written_in_any_case(string scheme)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/seen");
        request.Headers.TryAddWithoutValidation("Authorization", scheme + shared.Remote.Token());
        using var response = await shared.Remote.Http.SendAsync(request);
        response.IsSuccessStatusCode.ShouldBeTrue();
    }

    private async Task<JsonElement> SeenAsync(Action<Fit> change)
    {
        using var response = await shared.Remote.GetAsync("/seen", shared.Remote.Token(change));
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, body);
        return JsonDocument.Parse(body).RootElement;
    }

    public sealed class Shared : IAsyncLifetime
    {
        internal Remote Remote { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Remote = await Remote.StartMappingAsync(app => app.MapForgeInvocation("GET", "/seen", (ForgeInvocation invocation) => invocation));

        public async Task DisposeAsync() => await Remote.DisposeAsync();
    }
}
