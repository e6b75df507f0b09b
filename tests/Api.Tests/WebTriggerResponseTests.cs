using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Api.WebTriggers;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>What a web trigger's handler answers reaches its caller, in an envelope or plainly (contract sections 1 and 4).</summary>
public sealed class WebTriggerResponseTests(WebTriggerResponseTests.Shared shared) : IClassFixture<WebTriggerResponseTests.Shared>
{
    private const int Limit = 5 * 1024 * 1024;
    private const string Secret = "internal-detail-4712";

    private Remote Remote => shared.Remote;

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task Any_status_and_content_type_comes_through_in_both_forms(int status)
    {
        using var plain = await PlainAsync($"text {status}");
        ((int)plain.StatusCode).ShouldBe(status);
        plain.Content.Headers.ContentType!.ToString().ShouldBe("text/html");
        plain.Headers.GetValues("X-Many").ShouldBe(["a", "b"]);
        (await plain.Content.ReadAsStringAsync()).ShouldBe("<p>grüße");

        using var wrapped = await EnvelopedAsync($"text {status}");
        var answer = await wrapped.UnwrapAsync();
        (answer.Status, answer.Body).ShouldBe((status, "<p>grüße"));
        answer.Headers.GetProperty("Content-Type")[0].GetString().ShouldBe("text/html");
        answer.Headers.GetProperty("X-Many").EnumerateArray().Select(value => value.GetString()).ShouldBe(["a", "b"]);
        wrapped.Headers.Contains("X-Many").ShouldBeFalse();
        Remote.Logs.Lines.Where(line => line.Level >= LogLevel.Warning && line.Text.Contains("was replaced", StringComparison.Ordinal)
            && line.Text.Contains($"Error={status}", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task A_status_without_a_body_stays_without_one(int status)
    {
        using var plain = await PlainAsync($"status {status}");
        ((int)plain.StatusCode).ShouldBe(status);
        // Of a 304 it would be the length of what the caller has already.
        plain.Content.Headers.Contains("Content-Length").ShouldBe(status is not (204 or 304));
        (await plain.Content.ReadAsStringAsync()).ShouldBe("");
        using var wrapped = await EnvelopedAsync($"status {status}");
        var answer = await wrapped.UnwrapAsync();
        (answer.Status, answer.Body).ShouldBe((status, ""));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task A_body_of_a_status_that_has_none_is_left_out(int status)
    {
        using var plain = await PlainAsync($"text {status}");
        ((int)plain.StatusCode).ShouldBe(status);
        (await plain.Content.ReadAsStringAsync()).ShouldBe("");
        using var wrapped = await EnvelopedAsync($"text {status}");
        var answer = await wrapped.UnwrapAsync();
        (answer.Status, answer.Body).ShouldBe((status, ""));
    }

    [Fact]
    public async Task A_401_is_in_the_envelope_as_it_is_and_is_403_where_it_would_speak_of_the_token()
    {
        using var wrapped = await EnvelopedAsync("text 401");
        var answer = await wrapped.UnwrapAsync();
        (answer.Status, answer.Body).ShouldBe((401, "<p>grüße"));
        answer.Headers.GetProperty("WWW-Authenticate")[0].GetString().ShouldBe("Basic");

        using var plain = await PlainAsync("text 401");
        ((int)plain.StatusCode).ShouldBe(403);
        (await plain.Content.ReadAsStringAsync()).ShouldBe("<p>grüße");
        plain.Headers.WwwAuthenticate.ShouldBeEmpty();
        plain.Headers.GetValues("X-Many").ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task JSON_is_sent_as_such()
    {
        using var plain = await PlainAsync("json");
        ((int)plain.StatusCode).ShouldBe(202);
        plain.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        (await plain.Content.ReadAsStringAsync()).ShouldBe("""{"anB":1}""");
        using var wrapped = await EnvelopedAsync("json");
        var answer = await wrapped.UnwrapAsync();
        (answer.Status, answer.Body).ShouldBe((202, """{"anB":1}"""));
    }

    [Fact]
    public async Task Bytes_come_through_plainly_and_not_in_an_envelope_which_holds_only_text()
    {
        using var plain = await PlainAsync("bytes");
        (await plain.Content.ReadAsByteArrayAsync()).ShouldBe([0, 255, 254, 1]);
        using var wrapped = await EnvelopedAsync("bytes");
        await wrapped.ShouldBeErrorAsync(502, "bad_gateway");
        Remote.Logs.Lines.ShouldContain(line => line.Level == LogLevel.Warning && line.Text.Contains("not text in UTF-8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_of_a_connection_and_of_Forge_never_reach_the_caller()
    {
        string[] withheld = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Trailer", "Proxy-Authenticate", "X-Forge-Oauth-System", "forge-proxy-error", "x-b3-traceid", "x-of-this"];
        using var plain = await PlainAsync("hop");
        plain.Headers.GetValues("x-kept").ShouldBe(["yes"]);
        foreach (var name in withheld)
            plain.Headers.Contains(name).ShouldBeFalse(name);
        (await plain.Content.ReadAsStringAsync()).ShouldBe("hop");

        using var wrapped = await EnvelopedAsync("hop");
        var answer = await wrapped.UnwrapAsync();
        answer.Headers.EnumerateObject().Select(header => header.Name).ShouldBe(["Content-Type", "x-kept"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("line-break")]
    [InlineData("beyond-ascii")]
    [InlineData("no-name")]
    public async Task A_header_that_cannot_be_sent_is_an_error_in_both_forms(string what)
    {
        using var plain = await PlainAsync(what);
        await plain.ShouldBeErrorAsync(500, "internal_error");
        using var wrapped = await EnvelopedAsync(what);
        await wrapped.ShouldBeErrorAsync(500, "internal_error");
    }

    [Fact]
    public async Task What_a_caller_is_meant_to_hear_reaches_it_and_what_failed_is_the_platforms_to_know()
    {
        using var plain = await PlainAsync("forbidden");
        (await plain.ShouldBeErrorAsync(403, "forbidden")).GetProperty("message").GetString().ShouldBe("You may not.");
        using var wrapped = await EnvelopedAsync("forbidden");
        var answer = await wrapped.UnwrapAsync();
        answer.Status.ShouldBe(403);
        answer.Headers.EnumerateObject().Select(header => header.Name).ShouldBe(["Content-Type", "Retry-After"], ignoreOrder: true);
        answer.Body.ShouldBeError("forbidden").GetProperty("message").GetString().ShouldBe("You may not.");

        foreach (var (what, status, code) in new[] { ("throws", 500, "internal_error"), ("status 601", 500, "internal_error"), ("raw 601", 502, "bad_gateway"), ("invalid-token", 502, "bad_gateway") })
        {
            using var failed = await PlainAsync(what);
            (await failed.ShouldBeErrorAsync(status, code)).ToString().ShouldNotContain(Secret);
            using var failedInside = await EnvelopedAsync(what);
            (await failedInside.ShouldBeErrorAsync(status, code)).ToString().ShouldNotContain(Secret);
        }
        Remote.Logs.Lines.ShouldContain(line => line.Level == LogLevel.Error && line.Text.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Five_megabytes_are_the_limit_of_what_is_sent()
    {
        using var fits = await PlainAsync($"sized {Limit}");
        (await fits.Content.ReadAsByteArrayAsync()).Length.ShouldBe(Limit);
        using var tooLarge = await PlainAsync($"sized {Limit + 1}");
        await tooLarge.ShouldBeErrorAsync(500, "response_too_large");

        using var wrapped = await EnvelopedAsync($"sized {Limit - 1_000}");
        (await wrapped.UnwrapAsync()).Body.Length.ShouldBe(Limit - 1_000);
        // It fits, and its envelope does not.
        using var wrappedTooLarge = await EnvelopedAsync($"sized {Limit}");
        await wrappedTooLarge.ShouldBeErrorAsync(500, "response_too_large");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_has_54_seconds(bool enveloped)
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await WebTriggers.StartAsync(app => app.MapForgeWebTrigger("/web", async (CancellationToken token) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return WebTriggerResponse.Status(200);
            }
            finally
            {
                cancelled.SetResult();
            }
        }), "/web");
        var responding = enveloped ? remote.SendEnvelopeAsync("/web", WebTriggers.Envelope()) : remote.SendAsync("DELETE", "/web/x");
        await entered.Task.WaitAsync(Eventually.Patience);
        remote.Clock.Advance(TimeSpan.FromSeconds(53.999));
        responding.IsCompleted.ShouldBeFalse();
        cancelled.Task.IsCompleted.ShouldBeFalse();
        remote.Clock.Advance(TimeSpan.FromSeconds(0.001));
        using var response = await responding;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");
        await cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task An_access_token_that_comes_with_a_web_trigger_serves_that_call_and_is_not_kept()
    {
        // Whoever calls may have put it there.
        await using var remote = await WebTriggers.StartAsync(
            app => app.MapForgeWebTrigger("/web", async (ConfluenceApi confluence, CancellationToken token) =>
            {
                using var response = await confluence.AsApp().GetAsync("/wiki/x", token);
                return WebTriggerResponse.Status((int)response.StatusCode);
            }),
            "/web");
        var (brought, kept) = ($"{Remote.AccessTokenMark}-brought", new List<string>());
        remote.Product.Answer = context =>
        {
            kept.Add(context.Request.Headers.Authorization.ToString());
            return Task.CompletedTask;
        };
        string Token() => remote.Token(fit => fit.AtBase(remote.ProductBase));
        using var first = await remote.SendAsync("GET", "/web", Token(), system: brought);
        ((int)first.StatusCode).ShouldBe(200);
        kept.ShouldBe([$"Bearer {brought}"]);
        using var second = await remote.SendAsync("GET", "/web", Token());
        await second.ShouldBeErrorAsync(503, "token_unavailable");
    }

    [Fact]
    public async Task A_handler_that_returns_anything_else_cannot_be_mapped()
    {
        await using var remote = await Remote.StartMappingAsync(app =>
        {
            foreach (var handler in new Delegate[] { () => "text", () => { }, () => Task.CompletedTask, () => Results.Ok(), () => Task.FromResult(1) })
                Should.Throw<ArgumentException>(() => app.MapForgeWebTrigger("/web", handler)).Message.ShouldContain("WebTriggerResponse");
        });
    }

    [Fact]
    public async Task A_web_triggers_request_is_no_other_endpoints_parameter()
    {
        await using var remote = await Remote.StartMappingAsync(app => app.MapForgeInvocation("GET", "/x", (WebTriggerRequest request) => request.Method));
        using var response = await remote.GetAsync("/x");
        await response.ShouldBeErrorAsync(500, "internal_error");
        remote.Logs.Text.ShouldContain("Map it so.");
    }

    [Fact]
    public async Task A_program_fits_its_manifest_when_each_web_trigger_has_a_handler_at_its_very_path()
    {
        static WebTriggerResponse Fine() => WebTriggerResponse.Status(200);
        await using (var remote = await WebTriggers.StartAsync(
                         app =>
                         {
                             app.MapForgeWebTrigger("/hook", () => WebTriggerResponse.Text("outer"));
                             app.MapGroup("/hook").MapForgeWebTrigger("inner/", () => WebTriggerResponse.Text("inner"));
                             app.MapForgeWebTrigger("/", Fine);
                         },
                         "/hook", "/hook/inner", "/"))
        {
            foreach (var (path, answer) in new[] { ("/hook", "outer"), ("/hook/other", "outer"), ("/hook/inner", "inner"), ("/hook/inner/x", "inner"), ("/else", "") })
            {
                using var response = await remote.SendAsync("PUT", path);
                (await response.Content.ReadAsStringAsync()).ShouldBe(answer);
            }
        }
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await WebTriggers.StartAsync(app => app.MapForgeWebTrigger("/hook", Fine), "/hook/inner")).DisposeAsync());
        failure.Message.ShouldContain("webtrigger 'web-0'");
        failure.Message.ShouldContain($"{EndpointKind.WebTrigger} at /hook is called by nothing");
    }

    private Task<HttpResponseMessage> PlainAsync(string what) => Remote.SendAsync("PUT", $"/answer?what={Uri.EscapeDataString(what)}");

    private Task<HttpResponseMessage> EnvelopedAsync(string what)
    {
        var envelope = WebTriggers.Envelope("PUT");
        envelope["queryParameters"] = new JsonObject { ["what"] = new JsonArray(what) };
        return Remote.SendEnvelopeAsync("/answer", envelope);
    }

    public sealed class Shared : IAsyncLifetime
    {
        internal Remote Remote { get; private set; } = null!;

        public async Task InitializeAsync() => Remote = await WebTriggers.StartAsync(app => app.MapForgeWebTrigger("/answer", AnswerAsync), "/answer");

        public async Task DisposeAsync() => await Remote.DisposeAsync();

        private static async Task<WebTriggerResponse> AnswerAsync(WebTriggerRequest request, HttpContext context)
        {
            await Task.Yield();
            return request.Query["what"].ToString().Split(' ') switch
            {
                ["text", var status] => WebTriggerResponse.Text("<p>grüße", int.Parse(status, null), "text/html")
                    .WithHeader("x-many", "replaced").WithHeader("X-Many", new(["a", "b"])).WithHeader("WWW-Authenticate", "Basic"),
                ["status", var status] => WebTriggerResponse.Status(int.Parse(status, null)),
                ["raw", var status] => Raw(context, int.Parse(status, null)),
                ["sized", var size] => WebTriggerResponse.Text(new string('x', int.Parse(size, null))),
                ["json"] => WebTriggerResponse.Json(new { AnB = 1 }, 202),
                ["bytes"] => new() { Body = new byte[] { 0, 255, 254, 1 } },
                ["hop"] => WebTriggerResponse.Text("hop").WithHeader("Connection", "keep-alive, x-of-this").WithHeader("Keep-Alive", "timeout=5")
                    .WithHeader("Transfer-Encoding", "chunked").WithHeader("Content-Length", "1").WithHeader("Upgrade", "h2c").WithHeader("Trailer", "x")
                    .WithHeader("Proxy-Authenticate", "Basic").WithHeader("X-Forge-Oauth-System", "x").WithHeader("forge-proxy-error", "INVALID_REMOTE")
                    .WithHeader("x-b3-traceid", "463ac35c9f6413ad").WithHeader("x-of-this", "x").WithHeader("x-kept", "yes"),
                ["line-break"] => WebTriggerResponse.Status(200).WithHeader("x-note", "a\r\nset-cookie: b"),
                ["beyond-ascii"] => WebTriggerResponse.Status(200).WithHeader("x-note", "ü"),
                ["no-name"] => WebTriggerResponse.Status(200).WithHeader("x note", "a"),
                ["forbidden"] => await HalfAsync(context),
                ["invalid-token"] => throw new ForgeException(ForgeErrorCode.InvalidToken, "No."),
                _ => throw new InvalidDataException(Secret),
            };
        }

        private static WebTriggerResponse Raw(HttpContext context, int status)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            });
            return WebTriggerResponse.Status(200);
        }

        private static async Task<WebTriggerResponse> HalfAsync(HttpContext context)
        {
            context.Response.Headers["x-half"] = "half";
            await context.Response.WriteAsync("half");
            throw new ForgeException(ForgeErrorCode.Forbidden, "You may not.") { RetryAfter = TimeSpan.FromSeconds(3) };
        }
    }
}
