using System.Collections.Concurrent;
using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator;

/// <summary>What every part of the emulator shares: the app, its sites, the keys and the clock.</summary>
public sealed class Platform : IDisposable
{
    private const int MostSites = 1000;

    private static readonly Uri InProcess = new("http://localhost/");

    private readonly EmulatorOptions _options;
    private readonly Func<Uri> _url;
    private readonly ConcurrentDictionary<string, Uri> _moved = new();

    internal Platform(EmulatorOptions options, Func<Uri> url)
    {
        _options = options;
        _url = url;
        Directory = options.Sites is >= SiteDirectory.Named and <= MostSites
            ? new SiteDirectory(options.Manifest.AppId, options.Sites, Changes)
            : throw new EmulatorException($"There are {SiteDirectory.Named} to {MostSites} sites, not {options.Sites}.");
        Limits = new ProductLimits(options.Limits, options.Clock, Changes);
        Faults = new FaultBoard(options.Clock, Changes);
        Disturbances = options.Disturbances.Checked();
        Keys = new KeyRing(Changes);
        KeyServer = new KeyServer(options.Clock);
    }

    /// <summary>The app.</summary>
    public AppManifest Manifest => _options.Manifest;

    /// <summary>The sites, as they are now: each can lose the app and be given it again.</summary>
    public IReadOnlyList<Site> Sites => Directory.Sites;

    /// <summary>What goes wrong with deliveries from now on.</summary>
    public Disturbances Disturbances { get; internal set; }

    /// <summary>The limits of product calls, and what is used of them.</summary>
    public ProductLimits Limits { get; }

    /// <summary>What goes wrong with calls of products and of the gateway.</summary>
    public FaultBoard Faults { get; }

    /// <summary>The keys that sign Forge Invocation Tokens.</summary>
    public KeyRing Keys { get; }

    /// <summary>The address at which those keys are published.</summary>
    public KeyServer KeyServer { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock => _options.Clock;

    /// <summary>Where the emulator is.</summary>
    public Uri Url => _url();

    /// <summary>The version of the app.</summary>
    public string AppVersion => _options.AppVersion;

    /// <summary>The environment's type.</summary>
    public string EnvironmentType => _options.EnvironmentType;

    internal SiteDirectory Directory { get; }

    internal SiteContents Contents { get; } = new();

    internal bool HasSchedule => _options.Schedule;

    internal int TriggerRetries => _options.TriggerRetries;

    internal Wording Wording => _options.Wording;

    internal string AppUuid => Manifest.AppId[(Manifest.AppId.LastIndexOf('/') + 1)..];

    internal string EnvironmentUuid => StableId.Of("environment", Manifest.AppId, EnvironmentType);

    internal string AppAccountId => StableId.AccountOf("app account", Manifest.AppId);

    /// <summary>The base URL of a product's API on a site.</summary>
    public string ApiBaseUrl(string product, Site site) => $"{Origin}/ex/{product}/{site.CloudId}";

    /// <summary>Says where a remote is from now on, whatever the options said.</summary>
    /// <param name="key">The remote's key.</param>
    /// <param name="address">Its base URL.</param>
    /// <exception cref="EmulatorException">The manifest has no such remote.</exception>
    public void MoveRemote(string key, Uri address) => _moved[key] = Manifest.Remotes.Any(remote => remote.Key == key)
        ? address
        : throw new EmulatorException(
            $"The manifest has no remote \"{key}\". Its remotes: {string.Join(", ", Manifest.Remotes.Select(remote => remote.Key))}.");

    internal string AppVersionOf(Site site) => site.AppVersion ?? AppVersion;

    /// <summary>Whether this is still the site's installation: neither uninstalled since nor installed again.</summary>
    internal bool IsCurrent(Site site) =>
        Sites.Any(now => now.Id == site.Id && now.IsInstalled && now.InstallationId == site.InstallationId);

    internal string Origin => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>The id of a module's place in the products.</summary>
    internal string LocalIdOf(AppModule module) => $"ari:cloud:ecosystem::extension/{AppUuid}/{EnvironmentUuid}/static/{module.Key}";

    /// <summary>Where a remote is; null when neither the command line nor the manifest says.</summary>
    internal Uri? AddressOf(Remote remote) =>
        _moved.GetValueOrDefault(remote.Key)
        ?? _options.Remotes.GetValueOrDefault(remote.Key)
        ?? _options.Remote
        ?? (Uri.TryCreate(remote.BaseUrl, UriKind.Absolute, out var url) ? url : null)
        ?? (RemoteHandler is null ? null : InProcess);

    internal HttpMessageHandler? RemoteHandler => _options.RemoteHandler;

    /// <summary>The numbers of everything that changes.</summary>
    internal Changes Changes { get; } = new();

    /// <inheritdoc />
    public void Dispose() => Keys.Dispose();
}
