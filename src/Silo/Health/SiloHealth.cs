using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.Runtime;

namespace ForgeOrleans.Silo.Health;

/// <summary>A silo is ready when the cluster takes it for active.</summary>
internal sealed class SiloHealth(ILocalSiloDetails silo, IClusterMembershipService membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"This silo is {status} in the cluster, not Active."));
    }
}
