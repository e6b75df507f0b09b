using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ForgeOrleans.Silo.Health;

/// <summary>Tells whether the database answers.</summary>
internal sealed class PostgreSqlHealth(NpgsqlDataSource dataSource) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var command = dataSource.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Its message may name the server; whoever may know it finds it in the log.
            return HealthCheckResult.Unhealthy("The PostgreSQL server does not answer.");
        }
    }
}
