using System.Net;
using System.Text;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>A body that is too large is answered 413, also to a client that does not read before it has sent everything.</summary>
public sealed class RequestBodyTests(RequestBodyTests.Shared shared) : IClassFixture<RequestBodyTests.Shared>
{
    private const int Limit = 5 * 1024 * 1024;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(70_000, true)]
    [InlineData(Limit, false)]
    [InlineData(Limit, true)]
    public async Task A_body_within_the_limit_arrives_whole(int size, bool chunked)
    {
        using var response = await PostAsync(size, chunked);
        (await response.Content.ReadAsStringAsync()).ShouldBe($"{size}");
    }

    [Theory]
    [InlineData(Limit + 1, false)]
    [InlineData(Limit + 1, true)]
    [InlineData(40 * 1024 * 1024, false)]
    [InlineData(40 * 1024 * 1024, true)]
    public async Task A_body_beyond_the_limit_is_refused_and_the_connection_goes_on(int size, bool chunked)
    {
        using var response = await PostAsync(size, chunked);
        (await response.ShouldBeErrorAsync(413, "payload_too_large")).GetProperty("message").GetString()!.ShouldContain("5 MB");
        using var next = await PostAsync(10, chunked);
        (await next.Content.ReadAsStringAsync()).ShouldBe("10");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_sends_all_before_it_reads_gets_the_answer(bool chunked)
    {
        using var raw = await RawHttp.ConnectAsync(shared.Remote.Url);
        var size = 12 * 1024 * 1024;
        await raw.SendAsync(Head(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {size}"));
        var block = new byte[64 * 1024];
        for (var sent = 0; sent < size; sent += block.Length)
        {
            if (chunked)
                await raw.SendAsync($"{block.Length:x}\r\n");
            await raw.SendAsync(block);
            if (chunked)
                await raw.SendAsync("\r\n");
        }
        if (chunked)
            await raw.SendAsync("0\r\n\r\n");
        var answer = await raw.ReceiveAsync();
        answer.Status.ShouldBe(413);
        answer.Body.ShouldBeError("payload_too_large");

        // Nothing of the body is left to be taken for the next request.
        await raw.SendAsync(Head("Content-Length: 3") + "abc");
        (await raw.ReceiveAsync()).Body.ShouldBe("3");
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_no_before_it_sends()
    {
        using var raw = await RawHttp.ConnectAsync(shared.Remote.Url);
        await raw.SendAsync(Head($"Content-Length: {Limit + 1}\r\nExpect: 100-continue"));
        var answer = await raw.ReceiveAsync();
        answer.Status.ShouldBe(413);
        answer.Body.ShouldBeError("payload_too_large");
        answer.Headers.GetValueOrDefault("connection").ShouldBe("close");
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_to_go_on()
    {
        using var raw = await RawHttp.ConnectAsync(shared.Remote.Url);
        await raw.SendAsync(Head("Content-Length: 3\r\nExpect: 100-continue"));
        (await raw.ReceiveAsync()).Status.ShouldBe(100);
        await raw.SendAsync("abc");
        (await raw.ReceiveAsync()).Body.ShouldBe("3");
    }

    [Fact]
    public async Task Two_requests_in_one_packet_get_two_answers()
    {
        using var raw = await RawHttp.ConnectAsync(shared.Remote.Url);
        await raw.SendAsync(Head("Content-Length: 3") + "abc" + Head("Content-Length: 4") + "abcd");
        (await raw.ReceiveAsync()).Body.ShouldBe("3");
        (await raw.ReceiveAsync()).Body.ShouldBe("4");
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_sends_harms_nobody()
    {
        using (var raw = await RawHttp.ConnectAsync(shared.Remote.Url))
            await raw.SendAsync(Head("Content-Length: 1000") + "abc");
        using var response = await PostAsync(5, false);
        (await response.Content.ReadAsStringAsync()).ShouldBe("5");
    }

    private string Head(string headers) => $"POST /count HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {shared.Remote.Token()}\r\n{headers}\r\n\r\n";

    private async Task<HttpResponseMessage> PostAsync(int size, bool chunked)
    {
        using var request = shared.Remote.Request("POST", "/count");
        request.Content = new ByteArrayContent(new byte[size]);
        request.Headers.TransferEncodingChunked = chunked;
        return await shared.Remote.Http.SendAsync(request);
    }

    public sealed class Shared : IAsyncLifetime
    {
        internal Remote Remote { get; private set; } = null!;

        public async Task InitializeAsync() => Remote = await Remote.StartMappingAsync(app =>
            app.MapForgeInvocation("POST", "/count", async (Stream body) =>
            {
                using var copy = new MemoryStream();
                await body.CopyToAsync(copy);
                return copy.Length;
            }));

        public async Task DisposeAsync() => await Remote.DisposeAsync();
    }
}
