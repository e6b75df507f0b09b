using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>Browsers may call from configured origins only; their questions are answered without a token, which they cannot bring.</summary>
public sealed class CorsTests
{
    private const string Page = "https://app.cdn.prod.atlassian-dev.net";

    private static readonly Dictionary<string, string?> Configured = new()
    {
        ["Forge:Cors:AllowedOrigins:0"] = Page,
        ["Forge:Cors:AllowedOrigins:1"] = "https://*.example.com",
    };

    [Theory]
    [InlineData(Page, true)]
    [InlineData("https://a.example.com", true)]
    [InlineData("https://a.b.example.com", true)]
    [InlineData("https://example.com", false)]
    [InlineData("http://a.example.com", false)]
    [InlineData("https://a.example.com.evil.net", false)]
    [InlineData("https://evilexample.com", false)]
    [InlineData("https://a.example.com:8443", false)]
    [InlineData("https://evil.net", false)]
    [InlineData("null", false)]
    public async Task A_preflight_is_answered_for_configured_origins(string origin, bool allowed)
    {
        await using var remote = await Remote.StartAsync(new RemoteSetup { Settings = Configured });
        foreach (var method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE" })
        {
            using var preflight = Preflight(origin, method);
            using var response = await remote.Http.SendAsync(preflight);
            ((int)response.StatusCode).ShouldBe(204);
            response.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins).ShouldBe(allowed);
            (origins?.Single()).ShouldBe(allowed ? origin : null);
            if (allowed)
            {
                response.Headers.GetValues("Access-Control-Allow-Methods").Single().ShouldContain(method);
                response.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("authorization");
            }
        }
    }

    [Theory]
    [InlineData(Page, true)]
    [InlineData("https://evil.net", false)]
    public async Task Answers_and_errors_can_be_read_by_configured_origins_only(string origin, bool allowed)
    {
        await using var remote = await Remote.StartAsync(new RemoteSetup { Settings = Configured });
        foreach (var (path, token, status) in new[] { ("/hello", remote.Token(), 200), ("/hello", "x", 401), ("/nothing", remote.Token(), 404) })
        {
            using var request = remote.Request("GET", path, token);
            request.Headers.Add("Origin", origin);
            using var response = await remote.Http.SendAsync(request);
            ((int)response.StatusCode).ShouldBe(status);
            response.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(allowed);
        }
    }

    [Fact]
    public async Task Without_configured_origins_a_preflight_is_a_request_without_a_token()
    {
        await using var remote = await Remote.StartAsync();
        using var preflight = Preflight(Page, "POST");
        using var response = await remote.Http.SendAsync(preflight);
        await response.ShouldBeErrorAsync(401, "invalid_token");
        response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    private static HttpRequestMessage Preflight(string origin, string method)
    {
        var request = new HttpRequestMessage(HttpMethod.Options, "/hello");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", method);
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return request;
    }
}
