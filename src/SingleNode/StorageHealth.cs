using ForgeOrleans.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.SingleNode;

/// <summary>Tells whether the database answers.</summary>
internal sealed class StorageHealth(SqliteStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            store.Read(0, static (reader, _) => reader.NextAlarm());
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (StorageUnavailableException e)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(e.Message, e));
        }
    }
}
