using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>A key that the platform never publishes: what somebody has who makes tokens up.</summary>
internal sealed class ForgerKey : IDisposable
{
    private const int Bits = 2048;

    private readonly RSA _rsa = RSA.Create(Bits);

    public string Id { get; } = $"forger/{Guid.CreateVersion7()}";

    public byte[] Sign(byte[] data) => _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The public key as a JWK.</summary>
    public JsonObject ToJwk(string keyId)
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = keyId,
            ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    /// <summary>A certificate of its own for the key, as <c>x5c</c> has it.</summary>
    public string Certificate()
    {
        var request = new CertificateRequest("CN=forge.cdn.prod.atlassian-dev.net", _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }

    public void Dispose() => _rsa.Dispose();
}
