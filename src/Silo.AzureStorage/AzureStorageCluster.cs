using ForgeOrleans.Grains;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace ForgeOrleans.Silo.AzureStorage;

/// <summary>
/// Keeps everything in one Azure storage account: members and reminders in tables, an actor's rows as one blob of the container <c>forge-rows</c>,
/// the encryption keys as blobs of <c>forge-keys</c>. Chosen by <c>Forge:Cluster:Provider</c> = <c>AzureStorage</c>.
/// </summary>
/// <remarks>
/// <para>
/// <c>Forge:Cluster:ConnectionString</c> is either a storage connection string (<c>UseDevelopmentStorage=true</c> means Azurite), or the address of
/// the account's blobs, such as <c>https://account.blob.core.windows.net</c>. The address holds no secret: the process then signs in as
/// <c>DefaultAzureCredential</c> does, on Azure with its managed identity, which needs the roles <c>Storage Blob Data Contributor</c> and
/// <c>Storage Table Data Contributor</c>.
/// </para>
/// <para>
/// What is acknowledged is on three disks at least. Every commit writes the actor whole, though. A blob is named after its actor and not after the
/// app, so an account holds one app of one environment.
/// </para>
/// </remarks>
public sealed class AzureStorageCluster() : ClusterProvider("AzureStorage")
{
    private const string RowsContainer = "forge-rows";

    /// <inheritdoc/>
    public override void Validate(ForgeClusterOptions options) => StorageAccount.Of(ConnectionString(options));

    /// <inheritdoc/>
    public override void AddTo(ISiloBuilder silo, ForgeClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var account = StorageAccount.Of(ConnectionString(options));
        silo.UseAzureStorageClustering(clustering => clustering.TableServiceClient = account.Tables);
        silo.UseAzureTableReminderService(reminders => reminders.TableServiceClient = account.Tables);
        silo.AddAzureBlobGrainStorage(PersistentRows.ProviderName, storage => storage.Configure<Serializer>((rows, serializer) =>
        {
            rows.BlobServiceClient = account.Blobs;
            rows.ContainerName = RowsContainer;
            // The default, JSON, has the rows in base64, which is a third longer.
            rows.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
        silo.Services.AddSingleton(account);
        silo.Services.AddHostedService<AzureStorageStart>();
        silo.Services.AddHealthChecks().AddCheck<AzureStorageHealth>("storage", tags: ["ready"]);
    }

    /// <inheritdoc/>
    public override void AddTo(IClientBuilder client, ForgeClusterOptions options)
    {
        var account = StorageAccount.Of(ConnectionString(options));
        client.UseAzureStorageClustering(gateways => gateways.TableServiceClient = account.Tables);
    }

    /// <inheritdoc/>
    public override IXmlRepository Keys(IServiceProvider services) => new BlobKeyRing(services.GetRequiredService<StorageAccount>().Keys);
}
