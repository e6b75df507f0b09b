using System.Net;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>A real app's token has outgrown what servers take by default (contract section 2).</summary>
public sealed class RequestHeaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Headers_of_128_KB_are_accepted(bool http2)
    {
        await using var remote = await StartAsync(http2);
        using var request = Request(remote, http2);
        var size = request.Headers.GetValues("Authorization").Single().Length;
        size.ShouldBeGreaterThan(90_000);
        for (var i = 0; size < 132 * 1024; i++, size += 4_000)
            request.Headers.Add($"x-filler-{i}", new string((char)('a' + (i % 26)), 4_000));
        using var response = await remote.Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        response.Version.ShouldBe(http2 ? HttpVersion.Version20 : HttpVersion.Version11);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Large_headers_come_again_and_again_on_one_connection(bool http2)
    {
        await using var remote = await StartAsync(http2);
        for (var i = 0; i < 5; i++)
        {
            using var request = Request(remote, http2);
            using var response = await remote.Http.SendAsync(request);
            ((int)response.StatusCode).ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_token_that_is_too_large_is_refused_over_HTTP2_as_well()
    {
        await using var remote = await StartAsync(true);
        using var request = remote.Request("GET", "/hello", remote.Token(fit => fit.Claims["context"]!["extension"] = new string('x', 120_000)));
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var response = await remote.Http.SendAsync(request);
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Fact]
    public async Task Headers_beyond_all_measure_are_refused_and_harm_nobody()
    {
        await using var remote = await StartAsync(false);
        var answer = await RawHttp.ExchangeAsync(remote.Url, $"GET /hello HTTP/1.1\r\nHost: x\r\nx-large: {new string('x', 1_000_000)}\r\n\r\n");
        answer.Status.ShouldBe(431);
        using var response = await remote.GetAsync("/hello");
        ((int)response.StatusCode).ShouldBe(200);
    }

    private static HttpRequestMessage Request(Remote remote, bool http2)
    {
        var request = remote.Request("GET", "/hello", remote.Token(fit => fit.Claims["context"]!["extension"] = new string('x', 70_000)));
        (request.Version, request.VersionPolicy) = (http2 ? HttpVersion.Version20 : HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        return request;
    }

    private static Task<Remote> StartAsync(bool http2) => Remote.StartAsync(new RemoteSetup
    {
        Settings = http2 ? new() { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" } : [],
    });
}
