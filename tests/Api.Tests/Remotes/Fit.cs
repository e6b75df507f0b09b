using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>A Forge Invocation Token while it is made: first as the platform would, then bent by a test.</summary>
internal sealed class Fit
{
    public const string AppUuid = "8db33809-1f32-48bb-8c52-5877dab48107";
    public const string AppId = $"ari:cloud:ecosystem::app/{AppUuid}";
    public const string Site = "11111111-aaaa-4bbb-8ccc-000000000001";
    public const string OtherSite = "22222222-aaaa-4bbb-8ccc-000000000002";
    public const string Environment = "33333333-aaaa-4bbb-8ccc-000000000003";
    public const string Cloud = "44444444-aaaa-4bbb-8ccc-000000000004";

    public Fit(DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        Header = new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = SigningKey.Current.Id };
        App = new()
        {
            ["id"] = AppId,
            ["appVersion"] = "2.1.0",
            ["installationId"] = $"ari:cloud:ecosystem::installation/{Site}",
            ["apiBaseUrl"] = $"https://api.atlassian.com/ex/confluence/{Cloud}",
            ["environment"] = new JsonObject { ["type"] = "PRODUCTION", ["id"] = $"ari:cloud:ecosystem::environment/{AppUuid}/{Environment}" },
            ["module"] = new JsonObject { ["type"] = "xen:macro", ["key"] = "macro" },
            ["installation"] = new JsonObject
            {
                ["id"] = $"ari:cloud:ecosystem::installation/{Site}",
                ["contexts"] = new JsonArray(new JsonObject
                {
                    ["name"] = "confluence",
                    ["cloudId"] = Cloud,
                    ["apiBaseUrl"] = $"https://api.atlassian.com/ex/confluence/{Cloud}",
                }),
            },
        };
        Claims = new()
        {
            ["iss"] = "forge/invocation-token",
            ["aud"] = AppId,
            ["iat"] = seconds,
            ["nbf"] = seconds,
            ["exp"] = seconds + 25,
            ["jti"] = Guid.NewGuid().ToString(),
            ["principal"] = "5c5f880629be9642ba529340",
            ["context"] = new JsonObject
            {
                ["cloudId"] = Cloud,
                ["siteUrl"] = "https://example.atlassian.net",
                ["moduleKey"] = "macro",
                ["localId"] = "local-1",
                ["extension"] = new JsonObject { ["type"] = "macro" },
            },
            ["app"] = App,
        };
    }

    public JsonObject Header { get; }

    public JsonObject Claims { get; }

    public JsonObject App { get; }

    public SigningKey Key { get; set; } = SigningKey.Current;

    /// <summary>Makes it a token of another installation, with a cloud id of its own unless given: two installations of one site would be a reinstall.</summary>
    public void OfSite(string installation, string? cloudId = null)
    {
        App["installation"]!["contexts"]![0]!["cloudId"] = cloudId ?? CloudOf(installation);
        Claims["context"]!["cloudId"] = cloudId ?? CloudOf(installation);
        App["installationId"] = $"ari:cloud:ecosystem::installation/{installation}";
        App["installation"]!["id"] = $"ari:cloud:ecosystem::installation/{installation}";
    }

    /// <summary>The cloud id of a site.</summary>
    public static string CloudOf(string installation) => installation == Site ? Cloud : $"c{installation[1..]}";

    /// <summary>Makes all product calls of the token go to another base address.</summary>
    public void AtBase(string apiBaseUrl, string product = "confluence")
    {
        App["apiBaseUrl"] = apiBaseUrl;
        App["installation"]!["contexts"]![0]!["name"] = product;
        App["installation"]!["contexts"]![0]!["apiBaseUrl"] = apiBaseUrl;
    }

    public override string ToString() => Sign(Key, Header.ToJsonString(), Claims.ToJsonString());

    public static string Sign(SigningKey key, string header, string payload) => Sign(key, Encode(header), Encoding.UTF8.GetBytes(payload));

    public static string Sign(SigningKey key, string encodedHeader, byte[] payload)
    {
        var content = $"{encodedHeader}.{Base64Url.EncodeToString(payload)}";
        return $"{content}.{Base64Url.EncodeToString(key.Rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
