using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>A key that the platform, or somebody who would like to be it, signs tokens with.</summary>
internal sealed class SigningKey(string id, int bits = 2_048)
{
    /// <summary>The platform's. Making one takes long, so all tests share these.</summary>
    public static SigningKey Current { get; } = new("key-1");

    /// <summary>The platform's next one.</summary>
    public static SigningKey Next { get; } = new("key-2");

    /// <summary>Somebody else's that has the id of the platform's.</summary>
    public static SigningKey Forged { get; } = new("key-1");

    public string Id => id;

    public RSA Rsa { get; } = RSA.Create(bits);

    public JsonObject ToJwk()
    {
        var parameters = Rsa.ExportParameters(false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    public static string Set(params SigningKey[] keys) =>
        new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.ToJwk())]) }.ToJsonString();
}
