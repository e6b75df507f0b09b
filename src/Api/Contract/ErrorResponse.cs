using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Api.Contract;

/// <summary>Sends an error in the one form that the platform passes on (contract section 4).</summary>
internal static class ErrorResponse
{
    // Exactly this: the platform takes application/problem+json for an invalid response.
    public const string ContentType = "application/json";

    public static Task WriteAsync(HttpContext context, ForgeError error)
    {
        var body = error.ToJson(TraceId(context));
        var response = context.Response;
        response.StatusCode = error.StatusCode;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (error.RetryAfter is { } retryAfter)
            response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (error.ClosesConnection && HttpProtocol.IsHttp11(context.Request.Protocol))
            response.Headers.Connection = "close";
        return response.Body.WriteAsync(body, CancellationToken.None).AsTask();
    }

    // The feature first: a request whose time is up is answered by a timer, which has no activity of its own.
    public static string TraceId(HttpContext context) =>
        (context.Features.Get<IHttpActivityFeature>()?.Activity ?? Activity.Current)?.TraceId.ToHexString() ?? context.TraceIdentifier;
}
