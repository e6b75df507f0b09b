using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tokens;

/// <summary>A JSON Web Token in its compact form.</summary>
internal static class CompactToken
{
    public static string Write(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
