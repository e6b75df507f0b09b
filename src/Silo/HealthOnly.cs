using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Silo;

/// <summary>A process that is only a silo serves nobody: over HTTP it tells its health, and nothing else is there.</summary>
internal sealed class HealthOnly : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => context =>
        {
            if (context.Request.Path.Equals("/health/live") || context.Request.Path.Equals("/health/ready"))
                return inner(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        next(app);
    };
}
