using ForgeOrleans.Api.Admin;

namespace ForgeOrleans.Api.Configuration;

/// <summary>The section <c>Forge</c>: which apps this remote serves, and who else may call it.</summary>
public sealed class ForgeOptions
{
    /// <summary>The apps, at least one.</summary>
    public IList<ForgeAppOptions> Apps { get; } = [];

    /// <summary>Where the app's manifest is; by default <c>manifest.yml</c> beside the program, if there is one.</summary>
    public string? Manifest { get; set; }

    /// <summary>Which of the manifest's remotes this program is, by its key; needed only where there are several.</summary>
    public string? Remote { get; set; }

    /// <summary>Which pages may call with <c>requestRemote</c>, which comes from the user's browser.</summary>
    public CorsOptions Cors { get; set; } = new();

    /// <summary>The operators' API below <c>/admin</c>.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <summary>Who may call from a browser.</summary>
    public sealed class CorsOptions
    {
        /// <summary>Origins such as <c>https://example.cdn.prod.atlassian-dev.net</c>; <c>https://*.example.com</c> means all below. None by default.</summary>
        public IList<string> AllowedOrigins { get; } = [];
    }
}

/// <summary>An app that this remote serves.</summary>
public sealed class ForgeAppOptions
{
    /// <summary>Atlassian's keys for production.</summary>
    public const string ProductionJwksUrl = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json";

    /// <summary>The app's id, <c>ari:cloud:ecosystem::app/&lt;uuid&gt;</c>, as in its manifest.</summary>
    public string Id { get; set; } = "";

    /// <summary>Where the keys are that sign this app's tokens.</summary>
    public string JwksUrl { get; set; } = ProductionJwksUrl;

    /// <summary>The keys of Atlassian's staging. Without them, tokens from there are refused.</summary>
    public StagingOptions Staging { get; set; } = new();

    /// <summary>Isolated Clouds. Without them, tokens with an <c>icLabel</c> are refused.</summary>
    public IsolatedCloudOptions IsolatedCloud { get; set; } = new();

    /// <summary>Atlassian's staging.</summary>
    public sealed class StagingOptions
    {
        /// <summary>Where its keys are: <c>https://forge.cdn.stg.atlassian-dev.net/.well-known/jwks.json</c>, if it is wanted.</summary>
        public string? JwksUrl { get; set; }
    }

    /// <summary>Addresses in an Isolated Cloud, with <c>{icLabel}</c> where its label belongs.</summary>
    public sealed class IsolatedCloudOptions
    {
        /// <summary>What stands for the label.</summary>
        public const string Placeholder = "{icLabel}";

        /// <summary>Where its keys are.</summary>
        public string? JwksUrlTemplate { get; set; }

        /// <summary>Where its Forge storage is.</summary>
        public string? StorageUrlTemplate { get; set; }
    }
}
