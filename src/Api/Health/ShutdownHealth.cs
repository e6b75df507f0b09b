using ForgeOrleans.Api.Contract;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.Api.Health;

/// <summary>A process that is stopping takes nothing new.</summary>
internal sealed class ShutdownHealth(Shutdown shutdown) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(shutdown.HasBegun ? HealthCheckResult.Unhealthy("This process is stopping.") : HealthCheckResult.Healthy());
}
