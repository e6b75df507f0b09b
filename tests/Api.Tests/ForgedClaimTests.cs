using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>Tokens with a good signature that say what no token for this app may say.</summary>
public sealed class ForgedClaimTests(SharedRemote shared) : IClassFixture<SharedRemote>
{
    private const string OtherApp = "ari:cloud:ecosystem::app/00000000-1111-4222-8333-444444444444";

    public static TheoryData<string, string?> Bent => new()
    {
        { "iss", null },
        { "iss", "\"forge/invocation-token/\"" },
        { "iss", "\"Forge/Invocation-Token\"" },
        { "iss", "[\"forge/invocation-token\"]" },
        { "aud", null },
        { "aud", "null" },
        { "aud", "\"\"" },
        { "aud", $"\"{OtherApp}\"" },
        { "aud", $"\"{Fit.AppUuid}\"" },
        { "aud", $"\"{Fit.AppId}/\"" },
        { "aud", $"\"{Fit.AppId}x\"" },
        { "aud", $"\"x{Fit.AppId}\"" },
        { "aud", $"[\"{OtherApp}\"]" },
        { "aud", $"[\"{OtherApp}\",\"{Fit.AppId}\"]" },
        { "aud", $"[\"{Fit.AppId}\",\"{OtherApp}\"]" },
        { "aud", $"[\"{Fit.AppId}\",\"{Fit.AppId}\"]" },
        { "aud", "[]" },
        { "aud", $"[[\"{Fit.AppId}\"]]" },
        { "aud", $"\"{Fit.AppId} {OtherApp}\"" },
        { "aud", $"\"{Fit.AppId},{OtherApp}\"" },
        { "aud", $"{{\"{Fit.AppId}\":1}}" },
        { "exp", null },
        { "exp", "null" },
        { "exp", "\"4102444800\"" },
        { "exp", "0" },
        { "exp", "1e300" },
        { "exp", "253402300799" },
        { "exp", "-1" },
        { "exp", "true" },
        { "exp", "[4102444800]" },
        { "nbf", "4102444800" },
        { "nbf", "1e300" },
        { "nbf", "\"soon\"" },
        { "principal", "\"\"" },
        { "principal", "7" },
        { "principal", "\"a/b\"" },
        { "principal", "\"a b\"" },
        { "principal", "\"a\\nb\"" },
        { "principal", "\"\\u00e9\"" },
        { "icLabel", "\"\"" },
        { "icLabel", "7" },
        { "app", null },
        { "app", "null" },
        { "app", "\"x\"" },
        { "app.id", null },
        { "app.id", $"\"{OtherApp}\"" },
        { "app.id", $"\"{Fit.AppUuid}\"" },
        { "app.environment", null },
        { "app.environment.id", null },
        { "app.environment.id", "\"ari:cloud:ecosystem::environment/x\"" },
        { "app.environment.id", $"\"ari:cloud:ecosystem::environment/{Fit.Environment}/\"" },
        { "app.environment.type", null },
        { "app.environment.type", "\"\"" },
        { "app.module", null },
        { "app.module.key", null },
        { "app.apiBaseUrl", null },
        { "app.apiBaseUrl", "\"/ex/confluence\"" },
        { "app.apiBaseUrl", "\"file:///etc/passwd\"" },
        { "app.apiBaseUrl", "\"javascript:alert(1)\"" },
        { "app.installation.id", "\"\"" },
        { "app.installation.id", $"\"{Fit.Site}\"" },
        { "app.installation.id", $"\"ari:cloud:ecosystem::installation/{Fit.Site}/x\"" },
        { "app.installation.id", "\"ari:cloud:ecosystem::installation/../../x\"" },
        { "app.installation.id", $"\"ari:cloud:ecosystem::installation/{Fit.OtherSite}\"" },
        { "app.installationId", $"\"ari:cloud:ecosystem::installation/{Fit.OtherSite}\"" },
        { "app.installationId", "\"nonsense\"" },
        { "app.installation.contexts", "\"x\"" },
        { "context", "\"x\"" },
    };

    [Theory, MemberData(nameof(Bent))]
    public async Task A_claim_that_is_missing_or_not_as_it_should_be_is_refused(string claim, string? value)
    {
        var message = await shared.RefusedWithAsync("Bearer " + shared.Remote.Token(fit => Set(fit.Claims, claim.Split('.'), value)));
        message.ShouldNotContain(Fit.AppUuid);
        message.ShouldNotContain("4102444800");
    }

    [Theory]
    [InlineData("\"iss\":\"forge/invocation-token\"")]
    [InlineData("\"exp\":4102444800")]
    [InlineData("\"aud\":\"" + Fit.AppId + "\"")]
    [InlineData("\"app\":null")]
    [InlineData("\"app\":{}")]
    [InlineData("\"principal\":\"somebody-else\"")]
    [InlineData("\"princip\\u0061l\":\"somebody-else\"")]
    public async Task A_claim_that_comes_twice_is_refused_whichever_comes_first(string claim)
    {
        var claims = shared.NewFit().Claims.ToJsonString();
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, Header, "{" + claim + "," + claims[1..]));
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, Header, claims[..^1] + "," + claim + "}"));
    }

    [Theory]
    [InlineData("\"id\":\"" + Fit.AppId + "\"")]
    [InlineData("\"installationId\":\"ari:cloud:ecosystem::installation/" + Fit.OtherSite + "\"")]
    [InlineData("\"installation\":{\"id\":\"ari:cloud:ecosystem::installation/" + Fit.OtherSite + "\"}")]
    [InlineData("\"apiBaseUrl\":\"https://evil.example.com\"")]
    public async Task A_claim_of_the_app_that_comes_twice_is_refused(string claim)
    {
        var claims = shared.NewFit().Claims.ToJsonString();
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, Header, claims.Replace("\"app\":{", "\"app\":{" + claim + ",", StringComparison.Ordinal)));
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, Header, claims[..^2] + "," + claim + "}}"));
    }

    [Theory]
    [InlineData("Principal")]
    [InlineData("APP")]
    [InlineData("App")]
    public async Task Claims_are_not_found_under_names_in_another_case(string name)
    {
        using var response = await shared.Remote.GetAsync("/hello", shared.Remote.Token(fit => fit.Claims[name] = new JsonObject()));
        response.IsSuccessStatusCode.ShouldBeTrue();
    }

    private const string Header = """{"alg":"RS256","kid":"key-1"}""";

    private static void Set(JsonObject claims, string[] path, string? value)
    {
        foreach (var step in path[..^1])
            claims = claims[step]!.AsObject();
        if (value is null)
            claims.Remove(path[^1]).ShouldBeTrue();
        else
            claims[path[^1]] = JsonNode.Parse(value);
    }
}
