using Microsoft.AspNetCore.Hosting;

namespace ForgeOrleans.Testing;

/// <summary>How a remote is hosted in the test's process.</summary>
public sealed record RemoteHostOptions
{
    /// <summary>Which of the manifest's remotes it is, by its key; needed where there are several.</summary>
    public string? Remote { get; init; }

    /// <summary>
    /// Whether it listens on a free port of 127.0.0.1, with Kestrel. Without it requests don't leave the process: that is quicker, and has no limits
    /// on headers and bodies and no connections that could break.
    /// </summary>
    public bool OnPort { get; init; }

    /// <summary>Settings, such as <c>MyApp:Feature</c>, that go before those that the remote gets from the platform; <c>environment</c> is <c>Development</c> unless it is named.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whatever else to change of the host, such as services in place of the app's own.</summary>
    public Action<IWebHostBuilder>? Configure { get; init; }

    /// <summary>
    /// Whether work that failed is tried again within half a second, in place of 5 s to 15 min, so that a test sees the end of it
    /// (<c>Forge:Work:FirstRetry</c> and <c>LongestRetry</c>).
    /// </summary>
    public bool QuickRetries { get; init; } = true;
}
