using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Api.Tokens;

/// <summary>The claims of a Forge Invocation Token as they are written (contract section 3). Unknown ones are ignored, duplicates refused.</summary>
internal sealed class FitClaims
{
    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    [JsonPropertyName("aud"), JsonConverter(typeof(SingleAudience))]
    public string? Audience { get; init; }

    [JsonPropertyName("exp")]
    public double? Expires { get; init; }

    [JsonPropertyName("nbf")]
    public double? NotBefore { get; init; }

    [JsonPropertyName("iat")]
    public double? IssuedAt { get; init; }

    [JsonPropertyName("jti")]
    public string? TokenId { get; init; }

    public string? IcLabel { get; init; }

    public string? Principal { get; init; }

    public AppClaim? App { get; init; }

    public ContextClaim? Context { get; init; }

    internal sealed class AppClaim
    {
        public string? Id { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? AppVersion { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? Version { get; init; }

        public string? InstallationId { get; init; }

        public string? ApiBaseUrl { get; init; }

        public EnvironmentClaim? Environment { get; init; }

        public ModuleClaim? Module { get; init; }

        public InstallationClaim? Installation { get; init; }

        public LicenseClaim? License { get; init; }
    }

    internal sealed class EnvironmentClaim
    {
        public string? Type { get; init; }

        public string? Id { get; init; }
    }

    internal sealed class ModuleClaim
    {
        public string? Type { get; init; }

        public string? Key { get; init; }
    }

    internal sealed class InstallationClaim
    {
        public string? Id { get; init; }

        public List<ProductClaim>? Contexts { get; init; }
    }

    internal sealed class ProductClaim
    {
        public string? Name { get; init; }

        public string? ApiBaseUrl { get; init; }

        public string? CloudId { get; init; }

        public string? WorkspaceId { get; init; }
    }

    internal sealed class LicenseClaim
    {
        [JsonConverter(typeof(TolerantFlag))]
        public bool? Active { get; init; }

        [JsonConverter(typeof(TolerantFlag))]
        public bool? IsActive { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? Type { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? BillingPeriod { get; init; }

        [JsonConverter(typeof(TolerantFlag))]
        public bool? IsEvaluation { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? SubscriptionEndDate { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? TrialEndDate { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? CapabilitySet { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? CcpEntitlementId { get; init; }

        [JsonConverter(typeof(TolerantText))]
        public string? CcpEntitlementSlug { get; init; }
    }

    internal sealed class ContextClaim
    {
        public string? CloudId { get; init; }

        public string? WorkspaceId { get; init; }

        public string? SiteUrl { get; init; }

        public string? ModuleKey { get; init; }

        public string? LocalId { get; init; }

        public JsonElement? Extension { get; init; }
    }

    /// <summary>A token is for one app: a list of audiences is refused unless it has one element.</summary>
    internal sealed class SingleAudience : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return reader.GetString();
            if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || reader.TokenType != JsonTokenType.String)
                throw new JsonException();
            var audience = reader.GetString();
            return reader.Read() && reader.TokenType == JsonTokenType.EndArray ? audience : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FitClaims))]
internal sealed partial class FitClaimsJson : JsonSerializerContext;
