using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>Keys are kept, refreshed and asked for again; a key server that is down or overrun is borne.</summary>
public sealed class SigningKeyTests
{
    [Fact]
    public async Task A_rotated_key_works_at_once()
    {
        await using var remote = await StartAsync();
        remote.Keys.Text = SigningKey.Set(SigningKey.Current, SigningKey.Next);
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(200);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        remote.Keys.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_that_was_withdrawn_is_forgotten_with_the_next_refresh()
    {
        await using var remote = await StartAsync();
        remote.Keys.Text = SigningKey.Set(SigningKey.Next);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        await remote.Clock.TimerSetAsync(TimeSpan.FromMinutes(10));
        remote.Clock.Advance(TimeSpan.FromMinutes(10));
        await Eventually.TrueAsync(() => remote.Keys.Requests.Count == 2);
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(200);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(401);
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_causes_five_requests_and_then_one_a_minute()
    {
        await using var remote = await StartAsync();
        var asked = remote.Keys.Requests.Count;
        foreach (var chunk in Enumerable.Range(0, 500).Chunk(50))
            foreach (var status in await Task.WhenAll(chunk.Select(i => UnknownAsync(remote, $"unknown-{i}"))))
                status.ShouldBe(401);
        (remote.Keys.Requests.Count - asked).ShouldBeInRange(1, 5);
        while (remote.Keys.Requests.Count - asked < 5)
            (await UnknownAsync(remote, "unknown")).ShouldBe(401);
        (await UnknownAsync(remote, "unknown")).ShouldBe(401);
        (remote.Keys.Requests.Count - asked).ShouldBe(5);
        remote.Keys.MostInFlight.ShouldBe(1);

        for (var minute = 1; minute <= 3; minute++)
        {
            remote.Clock.Advance(TimeSpan.FromMinutes(1));
            for (var i = 0; i < 20; i++)
                (await UnknownAsync(remote, $"later-{i}")).ShouldBe(401);
            (remote.Keys.Requests.Count - asked).ShouldBe(5 + minute);
        }
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
    }

    [Fact]
    public async Task Whoever_comes_while_the_keys_are_fetched_waits_for_them()
    {
        var gate = new TaskCompletionSource();
        await using var remote = await StartAsync();
        remote.Keys.Answer = async context =>
        {
            await gate.Task;
            await context.Response.WriteAsync(SigningKey.Set(SigningKey.Current, SigningKey.Next));
        };
        var rotated = Enumerable.Range(0, 20).Select(_ => StatusAsync(remote, SigningKey.Next)).ToList();
        await Eventually.TrueAsync(() => remote.Keys.Requests.Count == 2);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        gate.SetResult();
        (await Task.WhenAll(rotated)).ShouldAllBe(status => status == 200);
        remote.Keys.Requests.Count.ShouldBe(2);
        remote.Keys.MostInFlight.ShouldBe(1);
    }

    [Fact]
    public async Task A_log_that_fails_with_a_fetch_does_not_keep_the_next_from_being_made()
    {
        var log = new FailingLog();
        await using var remote = await StartAsync(new() { Configure = builder => builder.Logging.AddProvider(log) });
        remote.Keys.Answer = Down;
        await remote.Clock.TimerSetAsync(TimeSpan.FromMinutes(10));
        remote.Clock.Advance(TimeSpan.FromMinutes(10));
        await log.Failed.Task.WaitAsync(Eventually.Patience);
        remote.Keys.Text = SigningKey.Set(SigningKey.Current, SigningKey.Next);
        await Eventually.TrueAsync(async () => await StatusAsync(remote, SigningKey.Next) == 200);
    }

    [Fact]
    public async Task Known_keys_go_on_serving_while_the_key_server_is_down()
    {
        await using var remote = await StartAsync();
        remote.Keys.Answer = Down;
        for (var i = 0; i < 3; i++)
        {
            remote.Clock.Advance(TimeSpan.FromMinutes(30));
            (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        }
        using var ready = await remote.Http.GetAsync("/health/ready");
        ((int)ready.StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task An_unknown_key_is_neither_good_nor_bad_while_the_key_server_is_down()
    {
        await using var remote = await StartAsync();
        remote.Keys.Answer = Down;
        for (var i = 0; i < 10; i++)
        {
            using var response = await remote.GetAsync("/hello", remote.Token(fit => Signed(fit, SigningKey.Next)));
            await response.ShouldBeErrorAsync(503, "unavailable");
            response.Headers.RetryAfter.ShouldNotBeNull();
        }
        remote.Keys.Text = SigningKey.Set(SigningKey.Current, SigningKey.Next);
        remote.Clock.Advance(TimeSpan.FromMinutes(1));
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(200);
    }

    [Fact]
    public async Task Before_any_key_is_known_the_answer_is_503_and_with_the_first_it_is_200()
    {
        await using var remote = await Remote.StartAsync(new RemoteSetup { KeySet = "" });
        using (var response = await remote.GetAsync("/hello"))
            await response.ShouldBeErrorAsync(503, "unavailable");
        using (var ready = await remote.Http.GetAsync("/health/ready"))
            (await ready.Content.ReadAsStringAsync()).ShouldContain("Degraded");

        remote.Keys.Text = SigningKey.Set(SigningKey.Current);
        // It asks often at first: no minute goes by.
        remote.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => remote.Keys.Requests.Count > 1);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
    }

    [Fact]
    public async Task A_forged_token_is_401_even_before_any_key_is_known()
    {
        await using var remote = await Remote.StartAsync(new RemoteSetup { KeySet = "" });
        using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.Header["alg"] = "none"));
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    public static TheoryData<string> Garbage =>
    [
        "",
        "not json",
        "null",
        "[]",
        "{}",
        """{"keys":[]}""",
        """{"keys":{}}""",
        """{"keys":[null]}""",
        """{"keys":[{"kty":"RSA"}]}""",
        """{"keys":[{"kty":"RSA","kid":"key-1","n":"!!!","e":"AQAB"}]}""",
        """{"keys":[{"kty":"oct","kid":"key-1","k":"c2VjcmV0"}]}""",
        new string('[', 100_000),
    ];

    [Theory, MemberData(nameof(Garbage))]
    public async Task Garbage_from_the_key_server_replaces_no_key(string garbage)
    {
        await using var remote = await StartAsync();
        remote.Keys.Text = garbage;
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(503);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
    }

    [Theory]
    [InlineData("""{"kty":"RSA","kid":"bad","n":"!!!","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","kid":"bad"}""")]
    [InlineData("""{"kty":"EC","kid":"bad","crv":"P-256","x":"AA","y":"AA"}""")]
    [InlineData("""{"kid":"bad"}""")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""")]
    [InlineData("""{"kty":"future","kid":"bad","stuff":[1,2,{"x":null}]}""")]
    public async Task A_key_that_is_not_understood_spoils_none_of_the_others(string bad)
    {
        var set = new JsonObject { ["keys"] = new JsonArray(JsonNode.Parse(bad), SigningKey.Current.ToJwk()) };
        await using var remote = await Remote.StartAsync(new RemoteSetup { KeySet = set.ToJsonString() });
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
    }

    [Theory]
    [InlineData("use", "\"enc\"")]
    [InlineData("alg", "\"RS512\"")]
    [InlineData("alg", "\"none\"")]
    [InlineData("kty", "\"oct\"")]
    public async Task A_key_for_something_else_verifies_nothing(string member, string value)
    {
        var key = SigningKey.Current.ToJwk();
        key[member] = JsonNode.Parse(value);
        var set = new JsonObject { ["keys"] = new JsonArray(key, SigningKey.Next.ToJwk()) };
        await using var remote = await Remote.StartAsync(new RemoteSetup { KeySet = set.ToJsonString() });
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(200);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(401);
    }

    [Fact]
    public async Task A_key_that_is_too_small_verifies_nothing()
    {
        var small = new SigningKey("small", 1_024);
        await using var remote = await Remote.StartAsync(new RemoteSetup { KeySet = SigningKey.Set(small, SigningKey.Current) });
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        (await StatusAsync(remote, small)).ShouldBe(401);
    }

    [Fact]
    public async Task A_huge_answer_of_the_key_server_is_not_read()
    {
        await using var remote = await StartAsync();
        var block = new byte[64 * 1024];
        remote.Keys.Answer = async context =>
        {
            for (var i = 0; i < 160; i++)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(503);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_server_that_hangs_is_waited_for_three_seconds(bool afterHeaders)
    {
        await using var remote = await StartAsync();
        remote.Keys.Answer = async context =>
        {
            if (afterHeaders)
                await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var waiting = StatusAsync(remote, SigningKey.Next);
        await Eventually.TrueAsync(() => remote.Keys.Requests.Count == 2);
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        waiting.IsCompleted.ShouldBeFalse();
        remote.Clock.Advance(TimeSpan.FromSeconds(3));
        (await waiting).ShouldBe(503);
    }

    [Fact]
    public async Task A_redirect_of_the_key_server_is_not_followed()
    {
        await using var remote = await StartAsync();
        await using var elsewhere = await StubServer.StartAsync();
        elsewhere.Text = SigningKey.Set(SigningKey.Next);
        remote.Keys.Answer = context =>
        {
            context.Response.Redirect(elsewhere.Url.ToString());
            return Task.CompletedTask;
        };
        (await StatusAsync(remote, SigningKey.Next)).ShouldBe(503);
        elsewhere.Requests.ShouldBeEmpty();
    }

    private static async Task<Remote> StartAsync(RemoteSetup? setup = null)
    {
        var remote = await Remote.StartAsync(setup ?? new());
        (await StatusAsync(remote, SigningKey.Current)).ShouldBe(200);
        remote.Keys.Requests.Count.ShouldBe(1);
        return remote;
    }

    private static async Task<int> StatusAsync(Remote remote, SigningKey key)
    {
        using var response = await remote.GetAsync("/hello", remote.Token(fit => Signed(fit, key)));
        return (int)response.StatusCode;
    }

    private static async Task<int> UnknownAsync(Remote remote, string keyId)
    {
        using var response = await remote.GetAsync("/hello", remote.Token(fit => fit.Header["kid"] = keyId));
        return (int)response.StatusCode;
    }

    private static void Signed(Fit fit, SigningKey key) => (fit.Key, fit.Header["kid"]) = (key, key.Id);

    private static Task Down(HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    /// <summary>A log that fails when it is told that keys could not be fetched.</summary>
    private sealed class FailingLog : ILoggerProvider, ILogger
    {
        public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!formatter(state, exception).Contains("could not be fetched", StringComparison.Ordinal))
                return;
            Failed.TrySetResult();
            throw new IOException("There is no room for more.");
        }

        public void Dispose()
        {
        }
    }
}
