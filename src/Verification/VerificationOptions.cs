using ForgeOrleans.Manifest;

namespace ForgeOrleans.Verification;

/// <summary>What is verified, and how.</summary>
public sealed record VerificationOptions
{
    /// <summary>Where the remote is: http or https.</summary>
    public required Uri BaseUrl { get; init; }

    /// <summary>The app's manifest.</summary>
    public required AppManifest Manifest { get; init; }

    /// <summary>Which remote of the manifest it is; needed when there are several.</summary>
    public string? RemoteKey { get; init; }

    /// <summary>Where the verifier's keys and product APIs are: loopback, http; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:4001";

    /// <summary>The calls to make as a frontend; without any it is a GET of each resolver endpoint's route, or of <c>/</c>.</summary>
    public IReadOnlyList<InvocationPath> Invocations { get; init; } = [];

    /// <summary>Ids of checks or groups: only these are played. Empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Ids of checks or groups that are not played.</summary>
    public IReadOnlyList<string> Skip { get; init; } = [];

    /// <summary>How long a remote may take to learn of a key: many libraries fetch unknown ones only every 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How often a remote that does not know a key yet is asked again.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The platform's limit for invocations (contract, section 1).</summary>
    public TimeSpan InvocationLimit { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The platform's limit for events, lifecycle events and scheduled triggers (contract, section 1).</summary>
    public TimeSpan DeliveryLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The platform's limit for pre-uninstall hooks, web triggers and other modules (contract, section 1).</summary>
    public TimeSpan LongDeliveryLimit { get; init; } = TimeSpan.FromSeconds(55);

    /// <summary>Called with each result as soon as it is known, but for those that <see cref="Only"/> leaves out.</summary>
    public Action<CheckResult>? Checked { get; init; }

    /// <summary>Called when the first good token is refused, and the verifier goes on trying: what the remote must be told.</summary>
    public Action<RemoteConfiguration>? NotTrustedYet { get; init; }
}
