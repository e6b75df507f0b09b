namespace ForgeOrleans.Manifest;

/// <summary>A Forge app's <c>manifest.yml</c>: the parts that concern a remote. What it doesn't know, it leaves alone.</summary>
public sealed record AppManifest
{
    /// <summary>The app's id, <c>ari:cloud:ecosystem::app/&lt;uuid&gt;</c>: the audience of every Forge Invocation Token.</summary>
    public required string AppId { get; init; }

    /// <summary>The backends that the app names.</summary>
    public IReadOnlyList<Remote> Remotes { get; init; } = [];

    /// <summary>The endpoints of those backends, each with the modules that use it.</summary>
    public IReadOnlyList<EndpointModule> Endpoints { get; init; } = [];

    /// <summary>Product and lifecycle events delivered to an endpoint.</summary>
    public IReadOnlyList<TriggerModule> Triggers { get; init; } = [];

    /// <summary>Scheduled triggers delivered to an endpoint.</summary>
    public IReadOnlyList<ScheduledTriggerModule> ScheduledTriggers { get; init; } = [];

    /// <summary>Pre-uninstall hooks delivered to an endpoint.</summary>
    public IReadOnlyList<PreUninstallModule> PreUninstalls { get; init; } = [];

    /// <summary>Web triggers delivered to an endpoint.</summary>
    public IReadOnlyList<WebTriggerModule> WebTriggers { get; init; } = [];

    /// <summary>The hooks of a data-residency realm migration.</summary>
    public IReadOnlyList<DataResidencyModule> DataResidencyMigrations { get; init; } = [];

    /// <summary>Modules with a user interface: those that name a resource or a resolver.</summary>
    public IReadOnlyList<UiModule> UiModules { get; init; } = [];

    /// <summary>Every other module that names an endpoint, such as <c>consumer</c> or <c>action</c>.</summary>
    public IReadOnlyList<OtherModule> OtherModules { get; init; } = [];

    /// <summary>The app's static resources.</summary>
    public IReadOnlyList<Resource> Resources { get; init; } = [];

    /// <summary>The scopes that the app asks for.</summary>
    public IReadOnlyList<Scope> Scopes { get; init; } = [];

    /// <summary>What the app's frontends may load and do.</summary>
    public FrontendPermissions Frontend { get; init; } = new();

    /// <summary>The folder that the manifest was loaded from, which the paths of resources are relative to; null for one that is a text alone.</summary>
    public string? Folder { get; init; }

    /// <summary>The custom entities that the app keeps in Forge storage.</summary>
    public IReadOnlyList<StorageEntity> StorageEntities { get; init; } = [];

    /// <summary>Reads a manifest from a file.</summary>
    /// <exception cref="ManifestException">The file can't be read, or is no manifest.</exception>
    public static AppManifest Load(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ManifestException(path, null, $"the manifest can't be read: {cause.Message}", cause);
        }

        return Parse(text, path) with { Folder = Path.GetDirectoryName(Path.GetFullPath(path)) };
    }

    /// <summary>Reads a manifest from its text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="file">What errors call the text.</param>
    /// <exception cref="ManifestException">The text is no manifest.</exception>
    public static AppManifest Parse(string text, string file = "manifest.yml") => new ManifestReader(ManifestNode.Parse(text, file)).Read();
}
