using ForgeOrleans.Silo.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.Silo.Health;

/// <summary>A web process is ready when it reaches at least one silo.</summary>
internal sealed class ConnectionHealth(ClusterConnection connection) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        connection.IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("No silo of the cluster can be reached."));
}
