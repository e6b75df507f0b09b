namespace ForgeOrleans.Emulator.Hosting;

/// <summary>Answers what the emulator refuses with <c>{"message"}</c>, and tells the console the cause.</summary>
internal sealed partial class Refusals(ILogger<Refusals> logger) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (CallRefusedException refusal)
        {
            var reason = refusal.Reason is null ? "" : $" ({refusal.Reason})";
            Refused(logger, context.Request.Method, context.Request.Path, refusal.Message, reason);
            await RefuseAsync(context, refusal.Status, refusal.Message);
        }
        catch (BadHttpRequestException malformed)
        {
            await RefuseAsync(context, malformed.StatusCode, malformed.Message);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { message });
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} rejected: {Message}{Reason}")]
    private static partial void Refused(ILogger logger, string method, string path, string message, string reason);
}
