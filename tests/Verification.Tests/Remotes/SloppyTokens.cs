using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tests.Remotes;

/// <summary>Verifies Forge Invocation Tokens, but for one fault.</summary>
internal sealed class SloppyTokens(Fault fault, SloppyKeys keys)
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, bool> _seen = new();

    /// <summary>The claims; null when it doesn't verify.</summary>
    public async Task<JsonObject?> VerifyAsync(string token)
    {
        try
        {
            return token.Split('.') is [var header, var claims, var signature] ? await VerifyAsync(Read(header), Read(claims), $"{header}.{claims}", Base64Url.DecodeFromChars(signature)) : null;
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or InvalidOperationException or CryptographicException or HttpRequestException)
        {
            return null;
        }
    }

    private async Task<JsonObject?> VerifyAsync(JsonObject header, JsonObject claims, string signed, byte[] signature) =>
        await IsSignedAsync(header, claims, Encoding.ASCII.GetBytes(signed), signature) && IsMeant(claims) ? claims : null;

    private async Task<bool> IsSignedAsync(JsonObject header, JsonObject claims, byte[] signed, byte[] signature)
    {
        var algorithm = header["alg"]?.GetValue<string>();
        if (fault is Fault.TakesAnySignature)
            return true;
        if (fault is Fault.TakesUnsignedTokens && algorithm is "none")
            return true;
        if (fault is Fault.TakesKeyOfTheToken && header["jwk"] is { } own)
            return Verifies(SloppyKeys.Read(own), signed, signature);
        if (fault is Fault.TakesCertificateOfTheToken && header["x5c"] is JsonArray chain)
        {
            using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(chain[0]!.GetValue<string>()));
            using var key = certificate.GetRSAPublicKey()!;
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        if (header["kid"]?.GetValue<string>() is not { } keyId)
            return false;
        if (fault is Fault.FetchesKeyServerOfTheToken && header["jku"]?.GetValue<string>() is { } address)
            return (await keys.FetchAsync(new(address))).TryGetValue(keyId, out var theirs) && Verifies(theirs, signed, signature);
        if (claims["icLabel"]?.GetValue<string>() is { } label && fault is not Fault.IgnoresLabel)
            return fault is Fault.FollowsLabel
                && Uri.TryCreate($"http://{label}.keys.example.com/jwks.json", UriKind.Absolute, out var cloud)
                // Names are not looked up in a test.
                && cloud.HostNameType is UriHostNameType.IPv4
                && (await keys.FetchAsync(cloud)).TryGetValue(keyId, out var found) && Verifies(found, signed, signature);
        if (await keys.FindAsync(keyId) is not { } published)
            return false;
        if (fault is Fault.TakesHs256WithPublicKey && algorithm is "HS256")
        {
            using var rsa = RSA.Create(published);
            return HMACSHA256.HashData(Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()), signed).AsSpan().SequenceEqual(signature);
        }
        return algorithm is "RS256" && Verifies(published, signed, signature);
    }

    private bool IsMeant(JsonObject claims)
    {
        var now = DateTimeOffset.UtcNow;
        if (fault is not Fault.IgnoresIssuer && claims["iss"]?.GetValue<string>() is not "forge/invocation-token")
            return false;
        var audience = claims["aud"]?.GetValue<string>();
        if (fault is Fault.ComparesTheAudiencesBeginning ? audience is null || !SloppyManifest.AppId.StartsWith(audience, StringComparison.Ordinal) : fault is not Fault.IgnoresAudience && audience != SloppyManifest.AppId)
            return false;
        if (fault is not Fault.IgnoresNotBefore && Time(claims["nbf"]) - Skew > now)
            return false;
        var needsExpiry = fault is not Fault.NeedsNoExpiry || claims["exp"] is not null;
        if (needsExpiry && Time(claims["exp"]) + Skew < now && fault is not Fault.IgnoresExpiry)
            return false;
        return fault is not Fault.RefusesTokensThatCameBefore || _seen.TryAdd(claims["jti"]!.GetValue<string>(), true);
    }

    private static DateTimeOffset Time(JsonNode? seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds?.GetValue<long>() ?? throw new FormatException("It has no such time."));

    private static bool Verifies(RSAParameters key, byte[] signed, byte[] signature)
    {
        using var rsa = RSA.Create(key);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();
}
