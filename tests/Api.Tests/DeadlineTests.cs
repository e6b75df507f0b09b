using System.Net;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Tests;

/// <summary>Every request is answered before the platform gives up, whatever its handler does.</summary>
public sealed class DeadlineTests
{
    private const string Trace = "463ac35c9f6413ad48485a3953bb6124";

    private const string Manifest = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - key: event
              remote: backend
              route: { path: /event }
            - key: hourly
              remote: backend
              route: { path: /hourly }
            - key: goodbye
              remote: backend
              route: { path: /goodbye }
            - key: web
              remote: backend
              route: { path: /web }
            - key: consume
              remote: backend
              route: { path: /consume }
          trigger:
            - key: event
              endpoint: event
              events: [avi:jira:updated:issue]
          scheduledTrigger:
            - key: hourly
              endpoint: hourly
              interval: hour
          preUninstall:
            - key: goodbye
              endpoint: goodbye
          webtrigger:
            - key: web
              endpoint: web
          consumer:
            - key: consume
              endpoint: consume
        """;

    [Theory]
    [InlineData(EndpointKind.Invocation, "/invoke", 24)]
    [InlineData(EndpointKind.Event, "/event", 4.5)]
    [InlineData(EndpointKind.Lifecycle, "/event", 4.5)]
    [InlineData(EndpointKind.ScheduledTrigger, "/hourly", 4.5)]
    [InlineData(EndpointKind.PreUninstall, "/goodbye", 54)]
    [InlineData(EndpointKind.WebTrigger, "/web", 54)]
    [InlineData(EndpointKind.Other, "/consume", 54)]
    public async Task Each_kind_of_endpoint_has_its_time(EndpointKind kind, string path, double seconds)
    {
        var cancelled = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await using var remote = await StartAsync(kind, path, async (CancellationToken token) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                cancelled.SetResult();
            }
        });
        var responding = remote.SendAsync("POST", path);
        await entered.Task.WaitAsync(Eventually.Patience);

        remote.Clock.Advance(TimeSpan.FromSeconds(seconds - 0.001));
        cancelled.Task.IsCompleted.ShouldBeFalse();
        responding.IsCompleted.ShouldBeFalse();
        remote.Clock.Advance(TimeSpan.FromSeconds(0.001));
        using var response = await responding;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");
        await cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_is_answered_for_and_its_late_words_go_nowhere()
    {
        var (entered, go, late) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", async (HttpContext context) =>
        {
            entered.TrySetResult();
            await go.Task;
            try
            {
                context.Response.StatusCode = 418;
                context.Response.Headers["x-late"] = "late";
                await context.Response.WriteAsync("late");
                await context.Response.Body.FlushAsync();
                await context.Response.CompleteAsync();
                context.Abort();
            }
            finally
            {
                late.SetResult();
            }
        }, app => app.MapForgeInvocation("GET", "/other", async (HttpContext context) =>
        {
            go.TrySetResult();
            await late.Task;
            return "mine";
        }));

        var responding = remote.SendAsync("POST", "/invoke");
        await entered.Task;
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        using var response = await responding;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");

        using var other = await remote.GetAsync("/other");
        other.Headers.Contains("x-late").ShouldBeFalse();
        (await other.Content.ReadAsStringAsync()).ShouldBe("\"mine\"");
        await Eventually.TrueAsync(() => remote.Logs.Text.Contains("was answered for when its time was up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_late_handler_keeps_its_own_request_while_the_connection_serves_others()
    {
        // Over HTTP/2 the connection goes on after a 504, and the server's objects are used again at once.
        var (entered, go, late) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource<string>());
        await using var remote = await StartAsync(
            EndpointKind.Invocation,
            "/invoke",
            async (HttpContext context) =>
            {
                entered.TrySetResult();
                await go.Task;
                var seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-mark"]} {await new StreamReader(context.Request.Body).ReadToEndAsync()}";
                context.Response.StatusCode = 500;
                context.Response.Headers["x-late"] = "late";
                await context.Response.WriteAsync("late");
                late.SetResult(seen);
            },
            app => app.MapForgeInvocation("GET", "/other/{i:int}", (int i) => new { i }),
            http2: true);

        using var request = remote.Request("POST", "/invoke?q=first");
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Headers.Add("x-mark", "first");
        request.Content = new StringContent("first body");
        var responding = remote.Http.SendAsync(request);
        await entered.Task;
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        using var response = await responding;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");

        await OthersAsync(remote);
        go.SetResult();
        (await late.Task).ShouldBe("POST /invoke?q=first first first body");
        await OthersAsync(remote);
    }

    [Fact]
    public async Task A_handler_that_blocks_its_thread_is_answered_for_on_another()
    {
        using var blocked = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var remote = await StartAsync(EndpointKind.Event, "/event", (HttpContext context, CancellationToken token) =>
        {
            using var _ = token.Register(cancelled.SetResult);
            entered.TrySetResult();
            blocked.Wait(CancellationToken.None);
            context.Response.StatusCode = 418;
            return "late";
        });
        try
        {
            using var raw = await RawHttp.ConnectAsync(remote.Url);
            await raw.SendAsync($"POST /event HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {remote.Token()}\r\nContent-Length: 0\r\n\r\n");
            await entered.Task;
            remote.Clock.Advance(TimeSpan.FromSeconds(4.5));
            var answer = await raw.ReceiveAsync();
            answer.Status.ShouldBe(504);
            answer.Body.ShouldBeError("deadline_exceeded");
            await cancelled.Task;
            blocked.Set();
            (await raw.EndsAsync()).ShouldBeTrue();
        }
        finally
        {
            blocked.Set();
        }
    }

    [Fact]
    public async Task The_answer_in_a_handlers_place_has_the_platforms_trace_id()
    {
        var entered = new TaskCompletionSource();
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", async (CancellationToken token) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var request = remote.Request("POST", "/invoke");
        request.Headers.Add("x-b3-traceid", Trace);
        request.Headers.Add("x-b3-spanid", "a2fb4a1d1a96d312");
        var responding = remote.Http.SendAsync(request);
        await entered.Task;
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        using var response = await responding;
        (await response.ShouldBeErrorAsync(504, "deadline_exceeded")).GetProperty("traceId").GetString().ShouldBe(Trace);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for_longer()
    {
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", () => "too early");
        using var raw = await RawHttp.ConnectAsync(remote.Url);
        await raw.SendAsync($"POST /invoke HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {remote.Token()}\r\nContent-Length: 10\r\n\r\nabc");
        await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(24));
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        (await raw.ReceiveAsync()).Body.ShouldBeError("deadline_exceeded");
    }

    [Fact]
    public async Task A_handler_hears_that_its_caller_has_gone()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", async (HttpContext context) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
            finally
            {
                cancelled.SetResult();
            }
        });
        using (var raw = await RawHttp.ConnectAsync(remote.Url))
        {
            await raw.SendAsync($"POST /invoke HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {remote.Token()}\r\nContent-Length: 0\r\n\r\n");
            await entered.Task;
        }
        await cancelled.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task A_handler_that_ends_in_time_leaves_no_timer_behind()
    {
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", () => "done");
        using (var response = await remote.SendAsync("POST", "/invoke"))
            (await response.Content.ReadAsStringAsync()).ShouldBe("\"done\"");
        remote.Clock.Advance(TimeSpan.FromMinutes(2));
        using var next = await remote.SendAsync("POST", "/invoke");
        (await next.Content.ReadAsStringAsync()).ShouldBe("\"done\"");
    }

    [Fact]
    public async Task What_a_handler_left_to_clean_up_is_cleaned_up_when_it_ends_late()
    {
        var (entered, go, disposed) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await StartAsync(EndpointKind.Invocation, "/invoke", async (HttpContext context) =>
        {
            context.Response.OnCompleted(() =>
            {
                disposed.SetResult();
                return Task.CompletedTask;
            });
            entered.SetResult();
            await go.Task;
        });
        var responding = remote.SendAsync("POST", "/invoke");
        await entered.Task;
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        (await responding).Dispose();
        disposed.Task.IsCompleted.ShouldBeFalse();
        go.SetResult();
        await disposed.Task.WaitAsync(Eventually.Patience);
    }

    private static async Task OthersAsync(Remote remote)
    {
        foreach (var i in Enumerable.Range(0, 20))
        {
            using var request = remote.Request("GET", $"/other/{i}");
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            using var response = await remote.Http.SendAsync(request);
            response.Headers.Contains("x-late").ShouldBeFalse();
            (await response.Content.ReadAsStringAsync()).ShouldBe($$"""{"i":{{i}}}""");
        }
    }

    // All kinds are in the manifest, so all are mapped.
    private static Task<Remote> StartAsync(EndpointKind kind, string path, Delegate handler, Action<WebApplication>? more = null, bool http2 = false) =>
        Remote.StartAsync(new()
        {
            Manifest = Manifest,
            Settings = http2 ? new() { ["Kestrel:EndpointDefaults:Protocols"] = "Http2" } : [],
            Map = app =>
            {
                app.MapForgeEndpoint(kind, "POST", path, handler);
                foreach (var (other, otherPath) in new[]
                         {
                             (EndpointKind.Event, "/event"), (EndpointKind.ScheduledTrigger, "/hourly"), (EndpointKind.PreUninstall, "/goodbye"),
                             (EndpointKind.WebTrigger, "/web"), (EndpointKind.Other, "/consume"),
                         })
                    if (otherPath != path)
                        app.MapForgeEndpoint(other, "POST", otherPath, () => { });
                more?.Invoke(app);
            },
        });
}
