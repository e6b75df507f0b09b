using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ForgeOrleans.Api.Configuration;

namespace ForgeOrleans.Api.Contract;

/// <summary>Goes around everything that the application adds: answers CORS, and gives every error without a body one.</summary>
internal sealed partial class OutermostErrors(IOptions<ForgeOptions> options, ILogger<OutermostErrors> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context => InvokeAsync(context, inner));
        if (options.Value.Cors.AllowedOrigins.Count > 0)
            app.UseCors();
        next(app);
    };

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (ErrorOfException.IsOurFault(e) && !context.RequestAborted.IsCancellationRequested)
                Log.RequestFailed(logger, e);
            context.Response.Clear();
            await ErrorResponse.WriteAsync(context, ErrorOfException.From(e));
            return;
        }
        var status = context.Response.StatusCode;
        if (status >= 400 && !context.Response.HasStarted && context.Response.ContentLength is null)
            await ErrorResponse.WriteAsync(context, new(ErrorCodes.Of(status), ErrorCodes.Message(status)) { Status = status });
    }

    private static partial class Log
    {
        [LoggerMessage(45, LogLevel.Error, "A request failed outside of a handler.")]
        public static partial void RequestFailed(ILogger logger, Exception e);
    }
}
