using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;

namespace ForgeOrleans.Silo.Redis;

/// <summary>
/// The keys of ASP.NET data protection, in one hash that all silos share. Two silos that start at once may both make a key: each finds
/// the other's too, so what one encrypts the other decrypts.
/// </summary>
internal sealed class RedisKeyRing(RedisConnection connection, string serviceId) : IXmlRepository
{
    private readonly RedisKey _keys = $"{serviceId}/keys";

    public IReadOnlyCollection<XElement> GetAllElements() => connection.Ask<IReadOnlyCollection<XElement>>(
        // Not from a replica, which may not have the newest yet.
        database => [.. database.HashValues(_keys, CommandFlags.DemandMaster).Select(xml => XElement.Parse(xml.ToString()))],
        "The encryption keys could not be read. Try again later.");

    public void StoreElement(XElement element, string friendlyName) => connection.Ask(
        database => database.HashSet(_keys, friendlyName, element.ToString(SaveOptions.DisableFormatting)),
        "An encryption key could not be stored. Try again later.");
}
