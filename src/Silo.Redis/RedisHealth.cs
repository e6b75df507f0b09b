using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace ForgeOrleans.Silo.Redis;

/// <summary>Tells whether the server that takes the writes answers.</summary>
internal sealed class RedisHealth(RedisConnection connection) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await connection.Database.PingAsync(CommandFlags.DemandMaster).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (RedisConnection.IsStorageError(e))
        {
            // Its message names the server; whoever may know it finds it in the log.
            return HealthCheckResult.Unhealthy("The Redis server does not answer.");
        }
    }
}
