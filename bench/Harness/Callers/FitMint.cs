using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Bench.Callers;

/// <summary>Mints Forge Invocation Tokens of about 2 KB, each with an id of its own.</summary>
public sealed class FitMint(RSA key)
{
    public const string KeyId = "bench-key-1";
    private const int UsersPerSite = 5;

    // A real one lives for 25 s; these must last as long as a run.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(6);

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly string Header = Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes($$"""{"alg":"RS256","typ":"JWT","kid":"{{KeyId}}"}"""));

    /// <param name="isDelivery">The platform calls, for no user.</param>
    public string Mint(Site site, int visit, bool isDelivery)
    {
        var signed = $"{Header}.{Base64Url.EncodeToString(Payload(site, visit, isDelivery))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static byte[] Payload(Site site, int visit, bool isDelivery)
    {
        var apiBaseUrl = $"https://api.atlassian.com/ex/confluence/{site.CloudId}";
        var now = DateTimeOffset.UtcNow;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            app = new
            {
                id = Site.AppId,
                appVersion = "4.2.0",
                installationId = site.InstallationId,
                apiBaseUrl,
                installation = new
                {
                    id = site.InstallationId,
                    contexts = new[] { new { name = "confluence", apiBaseUrl, cloudId = site.CloudId } },
                },
                environment = new { type = "PRODUCTION", id = site.EnvironmentId },
                module = new { type = "xen:macro", key = "task-board" },
                license = new { active = true, type = "COMMERCIAL", billingPeriod = "MONTHLY" },
            },
            context = new
            {
                cloudId = site.CloudId,
                siteUrl = $"https://site-{site.Number}.example.net",
                moduleKey = "task-board",
                localId = $"task-board-{visit}",
                extension = new
                {
                    type = "macro",
                    content = new { id = "3145731", type = "page" },
                    space = new { id = "98307", key = "ENG" },
                    isEditing = false,
                    config = new { },
                },
            },
            principal = isDelivery ? null : $"5b10a2844c20165700ede{site.Number:x4}{visit % UsersPerSite}",
            aud = Site.AppId,
            iss = "forge/invocation-token",
            iat = now.ToUnixTimeSeconds(),
            nbf = now.ToUnixTimeSeconds(),
            exp = (now + Lifetime).ToUnixTimeSeconds(),
            jti = Guid.NewGuid(),
        }, Json);
    }
}
