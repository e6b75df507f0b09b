using System.Security.Cryptography;
using System.Text;
using ForgeOrleans.Api.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ForgeOrleans.Api.Admin;

/// <summary>Tells the operators' key from all others, in a time that says nothing of either.</summary>
internal sealed class AdminKey(IOptions<ForgeOptions> options)
{
    public const string Header = "X-Admin-Key";

    // Hashes are compared, so that not even the key's length shows.
    private readonly byte[]? _hash = options.Value.Admin is { IsOn: true, Key: { } key } ? Hash(key) : null;

    public bool Matches(StringValues sent) =>
        _hash is not null && sent is [{ Length: > 0 } key] && CryptographicOperations.FixedTimeEquals(Hash(key), _hash);

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
