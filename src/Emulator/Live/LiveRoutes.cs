using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Requests;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Live;

/// <summary><c>GET /live</c>: everything that changes, as server-sent events.</summary>
internal static class LiveRoutes
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    public static void MapLive(this IEndpointRouteBuilder routes) => routes
        .MapGet("/live", SendAsync)
        .Described("Live", "Everything that changes, as server-sent events: hello first, then request, delivery, site, faults, limits, storage, clock, keys and cleared")
        .Reads(ParameterLocation.Header, ("last-event-id", "What a browser sends when it connects again: goes before \"after\"."))
        .Produces<string>(200, "text/event-stream");

    private static async Task SendAsync(
        HttpContext http,
        Platform platform,
        Changes changes,
        LiveFeed live,
        RequestFeed requests,
        IOptions<JsonOptions> json,
        IHostApplicationLifetime host,
        [Description("The id of the last event that was read: what has changed since comes first.")] long? after = null)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var ct = ending.Token;
        var last = changes.Last;
        var asked = LastEventId(http.Request) ?? after;

        // A number that was never given is of an emulator that ran before.
        var position = asked is null ? last : asked >= 0 && asked <= last ? asked.Value : 0;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        var writer = new LiveWriter(http.Response.Body, json.Value.SerializerOptions);
        try
        {
            await writer.WriteAsync(new LiveEvent(position, "hello", new Hello(platform.Clock.GetUtcNow(), requests.LastId, changes.Run)), ct);
            await new LiveReader(changes, live, writer, PingInterval).ReadAsync(position, asked is not null, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The reader has gone, or the emulator ends.
        }
    }

    private static long? LastEventId(HttpRequest request) =>
        long.TryParse(request.Headers["last-event-id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}

/// <summary>The first event.</summary>
/// <param name="Now">The clock.</param>
/// <param name="LastRequest">The id of the last request to a remote.</param>
/// <param name="Run">Which run of the emulator it is; ids and numbers of another mean nothing here.</param>
internal sealed record Hello(DateTimeOffset Now, long LastRequest, Guid Run);
