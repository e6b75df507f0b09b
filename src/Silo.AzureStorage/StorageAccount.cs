using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace ForgeOrleans.Silo.AzureStorage;

/// <summary>An account's tables and blobs, as the connection string says that they are reached.</summary>
internal sealed class StorageAccount
{
    private StorageAccount(BlobServiceClient blobs, TableServiceClient tables) => (Blobs, Tables) = (blobs, tables);

    /// <summary>The account's blobs.</summary>
    public BlobServiceClient Blobs { get; }

    /// <summary>The account's tables.</summary>
    public TableServiceClient Tables { get; }

    /// <summary>Where the encryption keys are.</summary>
    public BlobContainerClient Keys => Blobs.GetBlobContainerClient("forge-keys");

    /// <summary>Reads a connection string. Nothing is connected yet.</summary>
    /// <param name="connectionString">A storage connection string, or the https address of the account's blobs. It is never printed: it may hold a key.</param>
    /// <exception cref="ForgeConfigurationException">It is neither.</exception>
    public static StorageAccount Of(string connectionString)
    {
        if (connectionString.Contains("://", StringComparison.Ordinal) && !connectionString.Contains(';', StringComparison.Ordinal))
            return At(connectionString);
        try
        {
            return new(
                new BlobServiceClient(connectionString, With(new BlobClientOptions())),
                new TableServiceClient(connectionString, With(new TableClientOptions())));
        }
        // Without the cause: it may quote what it could not read.
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new ForgeConfigurationException(
                "the connection string of Azure Storage cannot be used. It is one that the portal shows under the account's access keys, UseDevelopmentStorage=true for Azurite, or an address such as https://account.blob.core.windows.net for a managed identity.");
        }
    }

    /// <summary>Whether it is the service's or the identity's failure, and not the caller's or a cancellation.</summary>
    public static bool IsStorageError(Exception e) =>
        // What was tried several times fails with all its reasons, of which a time that ran out is one.
        e is RequestFailedException or AuthenticationFailedException
        || (e is AggregateException all && all.InnerExceptions.All(reason => reason is OperationCanceledException || IsStorageError(reason)));

    private static StorageAccount At(string text)
    {
        // A query is a shared access signature, which is for the blobs or for the tables, but not for both.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var blobs) || blobs.Scheme != Uri.UriSchemeHttps || blobs.Query.Length > 0
            || blobs.UserInfo.Length > 0 || !blobs.Host.Contains(".blob.", StringComparison.OrdinalIgnoreCase))
            throw new ForgeConfigurationException(
                "the address of Azure Storage cannot be used. It is that of the account's blobs, https with .blob. in it and without a signature, such as https://account.blob.core.windows.net; a signature belongs in a connection string.");
        var tables = new UriBuilder(blobs) { Host = blobs.Host.Replace(".blob.", ".table.", StringComparison.OrdinalIgnoreCase) }.Uri;
        var identity = new DefaultAzureCredential();
        return new(
            new BlobServiceClient(blobs, identity, With(new BlobClientOptions())),
            new TableServiceClient(tables, identity, With(new TableClientOptions())));
    }

    // The clients' own attempt may last 100 seconds. A turn that waits for an account that does not answer must fail with that reason, and not
    // with a silo that seems not to answer: calls wait 5 seconds.
    private static T With<T>(T options)
        where T : ClientOptions
    {
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(2);
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        options.Retry.MaxRetries = 1;
        return options;
    }
}
