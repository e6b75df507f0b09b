using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.Api.Health;

/// <summary>The two routes that need no token: alive means that the process answers, ready that it should be sent requests.</summary>
internal static class HealthEndpoints
{
    /// <summary>The tag of checks that decide whether the process is ready.</summary>
    public const string Ready = "ready";

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/health/live", _ => false);
        Map(endpoints, "/health/ready", check => check.Tags.Contains(Ready));
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Func<HealthCheckRegistration, bool> predicate) =>
        endpoints.MapHealthChecks(path, new HealthCheckOptions { Predicate = predicate, ResponseWriter = WriteAsync })
            .AllowAnonymous();

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            Status = report.Status.ToString(),
            Checks = report.Entries.ToDictionary(entry => entry.Key, entry => new { Status = entry.Value.Status.ToString(), entry.Value.Description }),
        },
        JsonSerializerOptions.Web,
        context.RequestAborted);
}
