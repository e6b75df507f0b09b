using ForgeOrleans.Invocations;

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

    /// <summary>Where Forge storage is in an Isolated Cloud, by the uuid of the app; the front knows it from <c>Forge:Apps</c>.</summary>
    internal Dictionary<string, Func<string, string>> IsolatedStorage { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The base address of Forge storage for a site.</summary>
    /// <exception cref="ProductCallException">The site is in an Isolated Cloud, and it is not configured where that one's storage is.</exception>
    internal string StorageUrl(ForgeInvocation invocation)
    {
        if (invocation.IsolatedCloudLabel is not { } label)
            return $"{GatewayUrl.TrimEnd('/')}/forge/storage/kvs";
        // The site's token belongs to its own cloud and to no other.
        return IsolatedStorage.TryGetValue(invocation.Installation.AppId, out var addressIn) ? addressIn(label) : throw new ProductCallException(
            $"The site is in the Isolated Cloud '{label}', and where its Forge storage is has not been configured: set Forge:Apps:0:IsolatedCloud:StorageUrlTemplate.");
    }

    /// <summary>How often the platform may be asked for a token of a user who is not in session, in any minute and by all processes together (contract section 5).</summary>
    public int OfflineTokensPerMinute { get; set; } = 1_000;

    /// <summary>The origins that are allowed.</summary>
    internal IEnumerable<string> Origins() => AllowedOrigins.Count > 0 ? AllowedOrigins : DefaultOrigins;
}
