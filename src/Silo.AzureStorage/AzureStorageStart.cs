using Azure;
using Azure.Identity;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Silo.AzureStorage;

/// <summary>Before the silo starts: may this process use the account? The container of the keys is made here, the rest by Orleans.</summary>
internal sealed class AzureStorageStart(StorageAccount account) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await account.Keys.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw new ForgeConfigurationException(
                $"{Account} refuses this process ({e.ErrorCode}). Check the key in Forge:Cluster:ConnectionString, or give the identity the roles Storage Blob Data Contributor and Storage Table Data Contributor; the account's firewall must let it in.", e);
        }
        catch (AuthenticationFailedException e)
        {
            throw new ForgeConfigurationException(
                $"this process has no identity that {Account} could be used with. Give the machine a managed identity (and AZURE_CLIENT_ID, if it has several), or sign in with the Azure CLI.", e);
        }
        catch (Exception e) when (StorageAccount.IsStorageError(e))
        {
            throw new StorageUnavailableException($"{Account} does not answer as it should. Is the address right, and can this machine reach it?", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Account => $"the storage account '{account.Blobs.AccountName}'";
}
