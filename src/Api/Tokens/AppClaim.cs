using System.Text.Json.Serialization;

namespace ForgeOrleans.Api.Tokens;

/// <summary>The claim <c>app</c> as it is written (contract section 3). Unknown members are ignored.</summary>
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

        public List<ProductClaim?>? Contexts { get; init; }
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
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    AllowDuplicateProperties = false,
    MaxDepth = 64,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AppClaim))]
internal sealed partial class AppClaimJson : JsonSerializerContext;
