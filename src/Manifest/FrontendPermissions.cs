namespace ForgeOrleans.Manifest;

/// <summary>What the manifest's <c>permissions.content</c> and <c>permissions.external</c> allow an app's frontends.</summary>
public sealed record FrontendPermissions
{
    /// <summary>What scripts may do, <c>content.scripts</c>: <c>unsafe-inline</c>, <c>unsafe-eval</c>, <c>unsafe-hashes</c>, <c>blob:</c> or hashes.</summary>
    public IReadOnlyList<string> ContentScripts { get; init; } = [];

    /// <summary>What styles may do, <c>content.styles</c>: <c>unsafe-inline</c>.</summary>
    public IReadOnlyList<string> ContentStyles { get; init; } = [];

    /// <summary>Where images may come from.</summary>
    public IReadOnlyList<ExternalAddress> Images { get; init; } = [];

    /// <summary>Where sounds and films may come from.</summary>
    public IReadOnlyList<ExternalAddress> Media { get; init; } = [];

    /// <summary>Where scripts may come from.</summary>
    public IReadOnlyList<ExternalAddress> Scripts { get; init; } = [];

    /// <summary>Where styles may come from.</summary>
    public IReadOnlyList<ExternalAddress> Styles { get; init; } = [];

    /// <summary>Where fonts may come from.</summary>
    public IReadOnlyList<ExternalAddress> Fonts { get; init; } = [];

    /// <summary>Which pages may be shown in frames.</summary>
    public IReadOnlyList<ExternalAddress> Frames { get; init; } = [];

    /// <summary>What a frontend may fetch.</summary>
    public IReadOnlyList<ExternalAddress> FetchByClient { get; init; } = [];

    /// <summary>What a function may fetch.</summary>
    public IReadOnlyList<ExternalAddress> FetchByBackend { get; init; } = [];
}

/// <summary>Something outside of Atlassian: a host or URL as the manifest writes it, or the key of a remote.</summary>
/// <param name="Address">The host or URL, such as <c>*.example.com</c>; null for a remote.</param>
/// <param name="RemoteKey">The key of a remote; null for an address.</param>
public sealed record ExternalAddress(string? Address, string? RemoteKey);
