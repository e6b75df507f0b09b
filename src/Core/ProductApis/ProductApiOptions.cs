namespace ForgeOrleans.ProductApis;

/// <summary>Where product calls may go: the section <c>Forge:ProductApi</c>.</summary>
public sealed class ProductApiOptions
{
    /// <summary>The only origins that a token is ever sent to. Configured ones take the place of these.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>The origins that are allowed when none are configured.</summary>
    public static IReadOnlyList<string> DefaultOrigins { get; } = ["https://api.atlassian.com", "https://api.bitbucket.org"];

    /// <summary>Where GraphQL and Forge storage are.</summary>
    public string GatewayUrl { get; set; } = "https://api.atlassian.com";

    /// <summary>How long one attempt of a call may take, from sending it to the end of the answer's headers.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the platform may be asked for a token of a user who is not in session, in any minute and by all processes together (contract section 5).</summary>
    public int OfflineTokensPerMinute { get; set; } = 1_000;

    /// <summary>The origins that are allowed.</summary>
    internal IEnumerable<string> Origins() => AllowedOrigins.Count > 0 ? AllowedOrigins : DefaultOrigins;
}
