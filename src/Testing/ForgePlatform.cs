using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Manifest;
using ForgeOrleans.Testing.Hosting;

namespace ForgeOrleans.Testing;

/// <summary>
/// The Forge platform for a test: sites with users, an app installed on them, and everything that the platform sends to its remote. Each has a port,
/// keys and data of its own, so that any number can run side by side.
/// </summary>
public sealed partial class ForgePlatform : IAsyncDisposable
{
    private const double UsualTimeScale = 600;

    private readonly EmulatorHost _emulator;
    private readonly RemoteSwitch _switch;
    private readonly PlatformApi _api;
    private readonly DirectoryInfo _folder;
    private readonly ForgePlatformOptions _options;
    private readonly string? _manifestPath;

    private ForgePlatform(EmulatorHost emulator, RemoteSwitch remotes, ForgePlatformOptions options, string? manifestPath)
    {
        (_emulator, _switch, _options, _manifestPath) = (emulator, remotes, options, manifestPath);
        _folder = Directory.CreateTempSubdirectory("forge-testing-");
        _api = new(new HttpClient { BaseAddress = emulator.Url, Timeout = Timeout.InfiniteTimeSpan }, options.WaitLimit);
        Requests = new(_api);
        Deliveries = new(_api);
        Faults = new(_api);
        Clock = new(_api);
        Sites = [.. emulator.Platform.Sites.Select(site => new ForgeSite(this, site.Id))];
    }

    /// <summary>Starts a platform for the app of a manifest.</summary>
    /// <param name="manifestPath">The manifest: an absolute path, or one that is looked for in the test's folder and in those above it.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="ManifestException">The file is no manifest.</exception>
    /// <exception cref="ForgeTestException">There is no such file.</exception>
    /// <exception cref="EmulatorException">An option is out of its range.</exception>
    public static Task<ForgePlatform> StartAsync(string manifestPath, ForgePlatformOptions? options = null, CancellationToken ct = default)
    {
        var found = ManifestFile.Find(manifestPath);
        return StartAsync(AppManifest.Load(found), found, options ?? new(), ct);
    }

    /// <summary>Starts a platform for the app of a manifest that was read already.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <param name="ct">Ends the start.</param>
    /// <exception cref="EmulatorException">An option is out of its range.</exception>
    public static Task<ForgePlatform> StartAsync(AppManifest manifest, ForgePlatformOptions? options = null, CancellationToken ct = default) =>
        StartAsync(manifest, null, options ?? new(), ct);

    /// <summary>The app.</summary>
    public AppManifest Manifest => Emulator.Manifest;

    /// <summary>The sites that have the app.</summary>
    public IReadOnlyList<ForgeSite> Sites { get; }

    /// <summary>What was sent to remotes, and whether they kept the contract.</summary>
    public RequestLog Requests { get; }

    /// <summary>What the platform delivered by itself: events, lifecycle events, triggers.</summary>
    public DeliveryLog Deliveries { get; }

    /// <summary>What goes wrong with calls of products.</summary>
    public FaultSwitches Faults { get; }

    /// <summary>The time in which the platform waits.</summary>
    public PlatformClock Clock { get; }

    /// <summary>The limits on calls of products, and what is used of them.</summary>
    public ProductLimits Limits => Emulator.Limits;

    /// <summary>The keys that sign Forge Invocation Tokens.</summary>
    public KeyRing Keys => Emulator.Keys;

    /// <summary>Where the platform is.</summary>
    public Uri Url => _emulator.Url;

    /// <summary>A client of the emulator's HTTP API, for whatever this library has no method for: <c>docs/emulator.md</c>.</summary>
    public HttpClient Http => _api.Http;

    /// <summary>The emulator behind all this.</summary>
    public Platform Emulator => _emulator.Platform;

    /// <summary>A site by its id.</summary>
    /// <exception cref="ForgeTestException">There is none.</exception>
    public ForgeSite Site(string id) => Sites.FirstOrDefault(site => site.Id == id) ?? throw new ForgeTestException(
        $"There is no site \"{id}\". The sites: {string.Join(", ", Sites.Take(10).Select(site => site.Id))}{(Sites.Count > 10 ? ", …" : "")}; ForgePlatformOptions.Sites makes more.");

    internal PlatformApi Api => _api;

    internal ForgePlatformOptions Options => _options;

    internal string? ManifestPath => _manifestPath;

    private static async Task<ForgePlatform> StartAsync(AppManifest manifest, string? path, ForgePlatformOptions options, CancellationToken ct)
    {
        var remotes = new RemoteSwitch();
        var usual = new EmulatorOptions
        {
            Manifest = manifest,
            // Nothing ever goes to the address in the manifest: that is where the real one is.
            Remote = RemoteSwitch.Nowhere,
            RemoteHandler = remotes,
            Clock = options.Clock ?? TimeProvider.System,
            TimeScale = options.TimeScale ?? (options.Clock is null ? UsualTimeScale : 1),
            Schedule = options.Schedule,
            Sites = options.Sites,
        };
        ForgePlatform platform;
        try
        {
            platform = new ForgePlatform(await EmulatorHost.StartAsync(options.Emulator?.Invoke(usual) ?? usual, ct), remotes, options, path);
        }
        catch
        {
            remotes.Dispose();
            throw;
        }

        try
        {
            // A remote that starts fetches the keys and waits 2 s for them: what the first request costs is paid here.
            await platform.Http.GetStringAsync(KeyRoutes.JwksPath, ct);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _hosted.Values)
            await hosted.DisposeAsync();
        _api.Dispose();
        await _emulator.DisposeAsync();
        _switch.Dispose();
        try
        {
            _folder.Delete(true);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // Some other process looks into it, such as a virus scanner: it is in the folder for what is temporary.
        }
    }
}
