using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Api.Contract;

/// <summary>
/// Reads a request's body whole, up to the limit. One that is larger is read to its end and thrown away, because a client that is still
/// sending does not read the answer: Kestrel's own limit would end the connection under it.
/// </summary>
internal static class RequestBody
{
    public const int Limit = 5 * 1024 * 1024;

    private const int MostDrained = 100 * 1024 * 1024;
    private const int FirstRead = 64 * 1024;

    /// <summary>Returns the body, or null when it is too large.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        return context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? new(ReadOnlyMemory<byte>.Empty)
            : ReadBodyAsync(context.Request, cancellationToken);
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var declared = request.ContentLength;
        // Who asks first whether to send can be told no before sending.
        if (declared > Limit && request.Headers.Expect.Count > 0)
            return LeaveUnread(request);
        // One byte more than declared, so that the end is seen without growing.
        var bytes = new byte[declared is { } length ? Math.Min(length, FirstRead) + 1 : 4096];
        var total = 0L;
        while (true)
        {
            var kept = (int)Math.Min(total, Limit);
            if (kept == bytes.Length && kept < Limit)
                Array.Resize(ref bytes, (int)Math.Min(Math.Max(declared ?? 0, bytes.Length * 2L), Limit));
            var room = kept < Limit ? bytes.AsMemory(kept) : bytes.AsMemory(0);
            var read = await request.Body.ReadAsync(room, cancellationToken);
            if (read == 0)
            {
                // Not as a conditional expression: a null in it would become a memory without bytes.
                if (total > Limit)
                    return null;
                return bytes.AsMemory(0, (int)total);
            }
            total += read;
            if (total > MostDrained)
                return LeaveUnread(request);
        }
    }

    // What is left of the body must not be taken for the next request.
    private static ReadOnlyMemory<byte>? LeaveUnread(HttpRequest request)
    {
        if (HttpProtocol.IsHttp11(request.Protocol))
            request.HttpContext.Response.Headers.Connection = "close";
        return null;
    }
}
