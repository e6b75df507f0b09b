using System.Globalization;
using System.Text.Json;
using ForgeOrleans.Emulator.Requests;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Emulator.Live;

/// <summary><c>GET /live</c>: everything that changes, as server-sent events.</summary>
internal static class LiveRoutes
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    // What changes in this time is sent together, once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static void MapLive(this IEndpointRouteBuilder routes) => routes.MapGet("/live", SendAsync);

    private static async Task SendAsync(
        HttpContext http,
        Platform platform,
        Changes changes,
        LiveFeed live,
        RequestFeed requests,
        IOptions<JsonOptions> json,
        IHostApplicationLifetime host,
        long? after = null)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var ct = ending.Token;
        var last = changes.Last;
        var start = LastEventId(http.Request) ?? after ?? last;

        // A number that was never given is of an emulator that ran before.
        var position = start >= 0 && start <= last ? start : 0;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        var writer = new LiveWriter(http.Response.Body, json.Value.SerializerOptions);
        try
        {
            await writer.WriteAsync(new LiveEvent(position, "hello", new Hello(platform.Clock.GetUtcNow(), requests.LastId)), ct);
            while (true)
            {
                await writer.FlushAsync(ct);
                await PausedAsync(changes, position, writer, ct);
                last = changes.Last;
                foreach (var change in live.Between(position, last))
                {
                    await writer.WriteAsync(change, ct);
                }

                position = last;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The reader has gone, or the emulator ends.
        }
    }

    // By the machine's clock: whoever reads does so in front of a screen or in a test.
    private static async Task PausedAsync(Changes changes, long position, LiveWriter writer, CancellationToken ct)
    {
        await Task.Delay(Pause, ct);
        var changed = changes.AfterAsync(position);
        while (true)
        {
            try
            {
                await changed.WaitAsync(PingInterval, ct);
                return;
            }
            catch (TimeoutException)
            {
                await writer.PingAsync(ct);
            }
        }
    }

    private static long? LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["last-event-id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

/// <summary>The first event.</summary>
/// <param name="Now">The clock.</param>
/// <param name="LastRequest">The id of the last request to a remote.</param>
internal sealed record Hello(DateTimeOffset Now, long LastRequest);
