using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ForgeOrleans.Silo.AzureStorage;

/// <summary>Tells whether the account answers.</summary>
internal sealed class AzureStorageHealth(StorageAccount account) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await account.Keys.ExistsAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The container of the encryption keys is gone.");
        }
        catch (Exception e) when (StorageAccount.IsStorageError(e))
        {
            // Its message names the account; whoever may know it finds it in the log.
            return HealthCheckResult.Unhealthy("Azure Storage does not answer.");
        }
    }
}
