namespace ForgeOrleans.Story;

/// <summary>Starts the programs that were built from this repository, until somebody interrupts the story.</summary>
internal sealed class Workshop(string root, string configuration, string platformUrl, CancellationToken interrupted) : IDisposable
{
    /// <summary>How long, on average, until work that failed is tried again: shorter than anywhere else, for those who watch.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(0.5);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public CancellationToken Interrupted => interrupted;

    /// <summary>
    /// What every process of the remote must be told: whose it is, and to trust the emulated platform in place of the real one. And that this is a story.
    /// </summary>
    public Dictionary<string, string> RemoteSettings => new()
    {
        ["Forge__Apps__0__Id"] = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107",
        ["Forge__Apps__0__JwksUrl"] = $"{platformUrl}/.well-known/jwks.json",
        ["Forge__ProductApi__AllowedOrigins__0"] = platformUrl,
        ["Forge__ProductApi__GatewayUrl"] = platformUrl,
        ["Forge__Work__FirstRetry"] = $"{FirstRetry:c}",
        ["TaskBoard__Simulation"] = "true",
    };

    public StartedProgram StartPlatform(string remoteUrl) => new(
        "dotnet",
        [
            Built("src/Emulator", "ForgeOrleans.Emulator.dll"),
            "--manifest", Path.Combine(root, "samples/TaskBoard/manifest.yml"), "--remote", remoteUrl, "--urls", platformUrl,
        ],
        new Dictionary<string, string>(), root, interrupted);

    /// <param name="sample">The name of a project in samples.</param>
    /// <param name="url">Where it is to listen.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="folder">The folder that it runs in, by default its own.</param>
    public StartedProgram StartSample(string sample, string url, IReadOnlyDictionary<string, string> settings, string? folder = null)
    {
        var assembly = Built(Path.Combine("samples", sample), $"{sample}.dll");
        return new("dotnet", [assembly, "--urls", url], settings, folder ?? Path.GetDirectoryName(assembly)!, interrupted);
    }

    public Task UntilReadyAsync(StartedProgram program, string url) => program.UntilItAnswersAsync(Http, $"{url}/health/ready");

    public void Dispose() => Http.Dispose();

    private string Built(string project, string assembly) => Path.Combine(root, project, "bin", configuration, "net10.0", assembly);
}
