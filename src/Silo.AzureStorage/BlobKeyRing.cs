using System.Xml.Linq;
using Azure.Storage.Blobs;
using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace ForgeOrleans.Silo.AzureStorage;

/// <summary>
/// The keys of ASP.NET data protection, a blob for each, in a container that all silos share. Two silos that start at once may both make
/// a key: each finds the other's too, so what one encrypts the other decrypts.
/// </summary>
internal sealed class BlobKeyRing(BlobContainerClient keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            return [.. keys.GetBlobs().Select(blob => XElement.Parse(keys.GetBlobClient(blob.Name).DownloadContent().Value.Content.ToString()))];
        }
        catch (Exception e) when (StorageAccount.IsStorageError(e))
        {
            throw new StorageUnavailableException("The encryption keys could not be read. Try again later.", e);
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        try
        {
            // Over what an earlier attempt may have left: the same name is the same key.
            keys.GetBlobClient($"{friendlyName}.xml").Upload(BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)), overwrite: true);
        }
        catch (Exception e) when (StorageAccount.IsStorageError(e))
        {
            throw new StorageUnavailableException("An encryption key could not be stored. Try again later.", e);
        }
    }
}
