using System.Globalization;
using System.Net.Sockets;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>Lets go wrong with a call whose token is good what is to go wrong with it.</summary>
internal sealed class FaultGate(Platform platform, LimitGate limits, ILogger<FaultGate> logger) : IEndpointFilter
{
    // When a limit that doesn't run by the hour has room again.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var call = CallOf(http);
        var (delay, fault) = platform.Faults.Take(call);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, platform.Clock, http.RequestAborted);
        }

        if (fault is null)
        {
            return await next(context);
        }

        FaultLog.Met(logger, call.Method, call.Path, call.Site.Id, fault.Kind);
        if (fault is { Processed: true, Kind: FaultKind.Error or FaultKind.Reset })
        {
            await next(context);
        }

        var answer = Fail(fault, call, http);
        Apply(fault, http.Response.Headers);
        return answer;
    }

    private IResult Fail(Fault fault, FaultyCall call, HttpContext http)
    {
        switch (fault.Kind)
        {
            case FaultKind.RateLimit:
                return RefuseByLimit(fault, call, http);
            case FaultKind.Reset:
                Reset(http);
                return Results.Empty;
            case FaultKind.RevokedToken:
                return ProductGate.Unauthorized("the token was revoked");
            case FaultKind.NoPermission:
                return ProductGate.Refuse(fault.Status ?? StatusCodes.Status403Forbidden, ProductGate.NotInstalled);
            default:
                const int Unavailable = StatusCodes.Status503ServiceUnavailable;
                return ProductGate.Refuse(fault.Status ?? Unavailable, "Something is wrong, as it was told to be");
        }
    }

    private IResult RefuseByLimit(Fault fault, FaultyCall call, HttpContext http)
    {
        var now = platform.Clock.GetUtcNow();
        var reason = fault.ReasonFor(call.Product);
        platform.Limits.CountRefusal(call.Site.Id, reason);
        var until = fault.RetryAfter is { } seconds ? now.AddSeconds(seconds)
            : reason.Contains("-quota-", StringComparison.Ordinal) ? HourlyPoints.Reset(now)
            : reason is LimitReason.Issue ? now + IssueWrites.ShortLength
            : now + Moment;
        if (Site.AllProducts.Contains(call.Product))
        {
            var limited = limits.CallOf(http);
            return limits.Refuse(http, limited, new Refusal(reason, LimitOf(reason, limited), until), TierOf(reason, call.Product));
        }

        http.Response.Headers.RetryAfter = LimitHeaders.Seconds(until - now).ToString(CultureInfo.InvariantCulture);
        return call.Product == Fault.Storage
            ? Results.Json(new { code = "RATE_LIMIT_EXCEEDED", message = "Too many requests" }, statusCode: StatusCodes.Status429TooManyRequests)
            : ProductGate.Refuse(StatusCodes.Status429TooManyRequests, "Too many requests");
    }

    private static QuotaTier? TierOf(string reason, string product) =>
        Enum.GetValues<QuotaTier>().Cast<QuotaTier?>().FirstOrDefault(tier => LimitReason.Quota(product, tier!.Value) == reason);

    private int LimitOf(string reason, LimitedCall call)
    {
        var sizes = platform.Limits.Sizes;
        return TierOf(reason, call.Product) is { } tier ? (sizes with { Tier = tier }).Quota(call.Site.Id)
            : reason is LimitReason.Issue ? sizes.IssueWritesShort
            : sizes.Capacity(sizes.PerSecond(call.Method, call.Template));
    }

    /// <summary>Ends the connection as a host does that has gone away: without a last word.</summary>
    private static void Reset(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        http.Abort();
    }

    private static void Apply(Fault fault, IHeaderDictionary headers)
    {
        if (fault.Kind is FaultKind.Error && fault.RetryAfter is { } seconds)
        {
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in fault.Headers)
        {
            headers[name] = value;
        }
    }

    private static FaultyCall CallOf(HttpContext http)
    {
        var product = http.GetRouteValue("product") as string;
        var path = http.Request.Path.Value!;
        if (product is not null)
        {
            // Behind "/ex/{product}/{cloudId}".
            path = $"/{path.Split('/', 5).ElementAtOrDefault(4)}";
        }

        return new FaultyCall(
            http.Features.GetRequiredFeature<AccessGrant>(),
            product ?? http.GetEndpoint()?.Metadata.GetMetadata<FaultyProduct>()?.Name ?? Fault.Gateway,
            http.Request.Method,
            path);
    }
}

internal static partial class FaultLog
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} of {Site} meets a fault: {Kind}")]
    public static partial void Met(ILogger logger, string method, string path, string site, FaultKind kind);
}
