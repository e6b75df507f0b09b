using System.Security.Cryptography;
using System.Text;

namespace ForgeOrleans.Emulator.Sites;

/// <summary>Ids made from names, so that a restarted emulator has the same sites and a remote finds its data again.</summary>
internal static class StableId
{
    public static string Of(params ReadOnlySpan<string?> names)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>A number from 0 to below 1 that is always the same for the same names.</summary>
    public static double FractionOf(params ReadOnlySpan<string?> names) =>
        BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)))) / (uint.MaxValue + 1.0);

    public static string AccountOf(params ReadOnlySpan<string?> names) => $"712020:{Of(names)}";
}
