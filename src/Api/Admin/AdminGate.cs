using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Api.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Admin;

/// <summary>
/// Stands before all else and lets nobody pass to the admin API who has not its key, or comes in at another listener than its own. A Forge Invocation
/// Token is worth nothing here.
/// </summary>
/// <remarks>A handler that a vendor has mapped below <c>/admin</c> is one of the remote as all others are: it demands a Forge Invocation Token.</remarks>
internal sealed partial class AdminGate(
    RequestDelegate next, AdminKey key, WrongTries wrongTries, IOptions<ForgeOptions> options, Shutdown shutdown, TimeProvider clock, ILogger<AdminGate> logger)
{
    private const int LargestBody = 64 * 1024;

    private static readonly TimeSpan UnknownRouteLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private static readonly ForgeError Nothing = new(ForgeErrorCode.NotFound, ErrorCodes.Message(404));
    private static readonly ForgeError NoKey = new(ForgeErrorCode.Forbidden, $"The admin API takes its key in the header {AdminKey.Header}, once. A Forge Invocation Token does not open it.");
    private static readonly ForgeError WrongKey = new(ForgeErrorCode.Forbidden, $"The key in the header {AdminKey.Header} is not that of this remote. It is what Forge:Admin:Key says there.");

    private readonly AdminOptions _options = options.Value.Admin;
    private readonly int? _port = options.Value.Admin.Port;
    private readonly Lock _warning = new();
    private long? _lastWarning;
    private long _unreported;

    /// <summary>Whether a path is one below which the admin API is.</summary>
    public static bool IsBelow(PathString path) => path.StartsWithSegments("/admin", StringComparison.OrdinalIgnoreCase);

    /// <summary>Serves a request of an operator, or passes on what is none.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var isHere = _port is null || context.Connection.LocalPort == _port;
        if (!IsMeant(context))
            return _port is not null && isHere ? RefuseAsync(context, Nothing) : next(context);
        return _options.IsOn && isHere ? ServeAsync(context) : RefuseAsync(context, Nothing);
    }

    // What is below /admin and has no route, or none with this method, is not a remote's unknown address, which would ask for a token.
    private static bool IsMeant(HttpContext context) => context.GetEndpoint() switch
    {
        RouteEndpoint route => route.Metadata.GetMetadata<AdminRoute>() is not null,
        _ => IsBelow(context.Request.Path),
    };

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var sent = context.Request.Headers[AdminKey.Header];
        if (!key.Matches(sent))
        {
            if (sent.Count == 1)
            {
                Warn(context);
                await wrongTries.WaitAsync(context.RequestAborted);
            }
            await RefuseAsync(context, sent.Count == 1 ? WrongKey : NoKey);
        }
        else if (shutdown.HasBegun)
        {
            await RefuseAsync(context, Shutdown.Error);
        }
        else if (context.GetEndpoint() is not { } endpoint)
        {
            await RefuseAsync(context, Nothing);
        }
        else
        {
            await RunAsync(context, endpoint);
        }
    }

    private async Task RunAsync(HttpContext context, Endpoint endpoint)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestBody;
        var limit = endpoint.Metadata.GetMetadata<AdminRoute>()?.Limit ?? UnknownRouteLimit;
        var aborted = context.RequestAborted;
        using var time = new CancellationTokenSource(limit, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted, time.Token, shutdown.GraceIsOver);
        context.RequestAborted = over.Token;
        try
        {
            await endpoint.RequestDelegate!(context);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !context.Response.HasStarted)
        {
            if (aborted.IsCancellationRequested)
                return;
            await RefuseAsync(context, time.IsCancellationRequested
                ? new(ForgeErrorCode.DeadlineExceeded, $"This was not done within {limit.TotalSeconds:0} s. What was begun is in the audit log.")
                : Shutdown.Error);
        }
        finally
        {
            context.RequestAborted = aborted;
        }
    }

    private static Task RefuseAsync(HttpContext context, ForgeError error) => ErrorResponse.WriteAsync(context, error);

    // One line for many: who tries keys does not also fill the log.
    private void Warn(HttpContext context)
    {
        long count;
        lock (_warning)
        {
            _unreported++;
            if (_lastWarning is { } last && clock.GetElapsedTime(last) < BetweenWarnings)
                return;
            (_lastWarning, count, _unreported) = (clock.GetTimestamp(), _unreported, 0);
        }
        Log.WrongKey(logger, count, context.Connection.RemoteIpAddress);
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Warning, "The admin API was called with a wrong key, {Count} times since this was last said; now from {Address}.")]
        public static partial void WrongKey(ILogger logger, long count, System.Net.IPAddress? address);
    }
}
