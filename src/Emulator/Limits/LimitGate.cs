using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>Holds calls of products to the limits, and tells every caller where it stands.</summary>
internal sealed class LimitGate(Platform platform, ILogger<LimitGate> logger) : IEndpointFilter
{
    // What the emulator has no stand-in for shares one bucket: anybody can make up endpoints and methods.
    private const string Others = "(other)";
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var call = CallOf(http);
        var refusal = platform.Limits.Admit(call);
        if (refusal is not null)
        {
            LimitLog.Refused(logger, call.Method, call.Template, call.Site.Id, refusal.Reason);
            return Refuse(http, call, refusal);
        }

        var points = new CallPoints();
        http.Features.Set(points);
        var answer = await next(context);
        if (call.IsRead && points.Value > 0)
        {
            platform.Limits.Charge(call, points.Value);
        }

        LimitHeaders.Write(http.Response.Headers, call, platform.Limits.Standing(call), null);
        return answer;
    }

    /// <summary>Refuses a call, with the headers of the reason.</summary>
    public IResult Refuse(HttpContext http, LimitedCall call, Refusal refusal, QuotaTier? tier = null)
    {
        LimitHeaders.Write(http.Response.Headers, call, platform.Limits.Standing(call, tier), refusal);
        const int Status = StatusCodes.Status429TooManyRequests;
        return Results.Json(new { code = Status, message = $"Rate limit exceeded: {refusal.Reason}" }, statusCode: Status);
    }

    public LimitedCall CallOf(HttpContext http)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var product = (string)http.GetRouteValue("product")!;
        var method = Methods.Contains(http.Request.Method) ? http.Request.Method : Others;
        var issue = method is not ("GET" or "HEAD") && http.GetRouteValue("issueIdOrKey") is string named
            ? platform.Contents.Of(grant.Site).FindIssue(named)?.Key
            : null;
        return new LimitedCall(grant.Site, product, method, TemplateOf(http), issue);
    }

    private static string TemplateOf(HttpContext http)
    {
        var template = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?[ProductRoutes.Base.Length..];
        return template is null or ProductRoutes.Anything ? Others : template;
    }
}

internal static partial class LimitLog
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Endpoint} of {Site} is answered 429: {Reason}")]
    public static partial void Refused(ILogger logger, string method, string endpoint, string site, string reason);
}
