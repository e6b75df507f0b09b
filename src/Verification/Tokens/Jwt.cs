using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>Writes JSON Web Tokens, those too that no library would.</summary>
internal static class Jwt
{
    public static string Write(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
