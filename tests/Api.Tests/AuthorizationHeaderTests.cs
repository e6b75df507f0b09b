using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>Which requests bring a token at all, and which routes need none.</summary>
public sealed class AuthorizationHeaderTests(SharedRemote shared) : IClassFixture<SharedRemote>
{
    private string Token => shared.Remote.Token();

    [Fact]
    public async Task Anything_but_one_bearer_token_is_refused()
    {
        await shared.RefusedWithAsync();
        await shared.RefusedWithAsync("Bearer");
        await shared.RefusedWithAsync("Bearer ");
        await shared.RefusedWithAsync(Token);
        await shared.RefusedWithAsync($"Basic {Token}");
        await shared.RefusedWithAsync($"JWT {Token}");
        await shared.RefusedWithAsync($"Bearer  {Token}");
        await shared.RefusedWithAsync($"Bearer Bearer {Token}");
        await shared.RefusedWithAsync($"Bearer {Token} {Token}");
        await shared.RefusedWithAsync($"Bearer {Token},{Token}");
        await shared.RefusedWithAsync($"Bearer {Token}, Bearer {Token}");
        await shared.RefusedWithAsync($"Bearer {Token},");
        await shared.RefusedWithAsync($"Bearer\t{Token}");
        await shared.RefusedWithAsync($"Bearer \"{Token}\"");
    }

    [Fact]
    public async Task Several_authorization_headers_are_refused_even_if_all_are_good()
    {
        foreach (var other in new[] { $"Bearer {Token}", "Bearer x", "Basic x", "" })
        {
            var answer = await RawHttp.ExchangeAsync(
                shared.Remote.Url, $"GET /hello HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Token}\r\nauthorization: {other}\r\nConnection: close\r\n\r\n");
            answer.Status.ShouldBe(401);
            answer.Body.ShouldBeError("invalid_token");
        }
    }

    [Theory]
    [InlineData("?access_token=")]
    [InlineData("?token=")]
    public async Task A_token_in_the_query_is_not_a_token(string query)
    {
        using var response = await shared.Remote.Http.GetAsync($"/hello{query}abc");
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Theory]
    [InlineData("GET", "/nothing-here")]
    [InlineData("POST", "/hello")]
    [InlineData("GET", "/")]
    [InlineData("OPTIONS", "/hello")]
    [InlineData("TRACE", "/hello")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/health/")]
    [InlineData("GET", "/health/live/x")]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/hello/../elsewhere")]
    [InlineData("GET", "/favicon.ico")]
    [InlineData("GET", "/.well-known/openid-configuration")]
    public async Task No_route_can_be_told_from_another_without_a_token(string method, string path)
    {
        using var response = await shared.Remote.Http.SendAsync(new(new(method), path));
        var error = await response.ShouldBeErrorAsync(401, "invalid_token");
        error.GetProperty("message").GetString().ShouldBe("There is no Forge Invocation Token: the Authorization header is absent.");
    }

    [Theory]
    [InlineData("GET", "/nothing-here", 404, "not_found")]
    [InlineData("PUT", "/nothing-here", 404, "not_found")]
    [InlineData("POST", "/hello", 405, "method_not_allowed")]
    [InlineData("DELETE", "/hello", 405, "method_not_allowed")]
    [InlineData("OPTIONS", "/hello", 405, "method_not_allowed")]
    [InlineData("PROPFIND", "/hello", 405, "method_not_allowed")]
    public async Task With_a_token_what_is_not_there_is_said_to_be_not_there(string method, string path, int status, string code)
    {
        using var response = await shared.Remote.SendAsync(method, path);
        await response.ShouldBeErrorAsync(status, code);
    }

    [Fact]
    public async Task A_HEAD_request_is_none_of_the_platforms_methods()
    {
        using var response = await shared.Remote.SendAsync("HEAD", "/hello");
        ((int)response.StatusCode).ShouldBe(405);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task The_health_routes_are_open_and_tell_no_secrets(string path)
    {
        using var response = await shared.Remote.Http.GetAsync(path);
        ((int)response.StatusCode).ShouldBe(200);
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldContain("Healthy");
        body.ShouldNotContain(Fit.AppUuid);
    }

    [Fact]
    public async Task The_answer_does_not_say_which_server_gives_it()
    {
        using var response = await shared.Remote.GetAsync("/hello");
        response.Headers.Contains("Server").ShouldBeFalse();
        response.Headers.Contains("X-Powered-By").ShouldBeFalse();
    }
}
