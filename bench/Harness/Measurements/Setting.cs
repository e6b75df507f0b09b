using System.Security.Cryptography;
using ForgeOrleans.Bench.Callers;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>What every measurement of a run shares: the callers, their keys, the load and the folder for data and logs.</summary>
public sealed class Setting : IAsyncDisposable
{
    private const int SiteCount = 1_000;
    private const int CallerCount = 40_000;
    private const string Data = "data";

    private readonly KeyServer _keyServer;

    private Setting(BenchOptions options, Cores cores, string folder, Caller[] callers, KeyServer keyServer)
    {
        Options = options;
        Cores = cores;
        Folder = folder;
        Callers = callers;
        _keyServer = keyServer;
        Wrk = new Wrk(cores, CallersPath, DeliveriesPath);
    }

    public BenchOptions Options { get; }
    public Cores Cores { get; }
    public string Folder { get; }
    public Caller[] Callers { get; }
    public Wrk Wrk { get; }

    /// <summary>One caller of each site.</summary>
    public IEnumerable<Caller> Sites => Callers.Take(SiteCount);

    public string CallersPath => Path.Combine(Folder, "callers.txt");
    public string DeliveriesPath => Path.Combine(Folder, "deliveries.txt");
    public string PublicKeyPath => Path.Combine(Folder, "public-key.pem");

    public static async Task<Setting> PrepareAsync(BenchOptions options, CancellationToken cancellation)
    {
        var cores = Cores.Find();
        var folder = Directory.CreateDirectory(Path.Combine(options.Bench, "results", $"{DateTime.UtcNow:yyyyMMdd-HHmmss}")).FullName;
        using var key = RSA.Create(2048);
        // The emulator mints its own.
        if (options.Only == "limits")
            return new Setting(options, cores, folder, [], await KeyServer.StartAsync(key, cancellation));
        Console.WriteLine($"Minting {CallerCount:N0} invocation tokens of {SiteCount:N0} sites, each with an id of its own, "
            + "used in turn and then again: no server here may remember a token.");
        var setting = new Setting(options, cores, folder, Caller.Make(key, CallerCount, SiteCount), await KeyServer.StartAsync(key, cancellation));
        Caller.Save(setting.CallersPath, setting.Callers);
        if (options.Wants("accept"))
            Caller.Save(setting.DeliveriesPath, Caller.Make(key, CallerCount, SiteCount, areDeliveries: true));
        await File.WriteAllTextAsync(setting.PublicKeyPath, key.ExportSubjectPublicKeyInfoPem(), cancellation);
        Console.WriteLine($"A token has {setting.Callers[0].Fit.Length:N0} characters, a system token {setting.Callers[0].Site.SystemToken.Length:N0}. "
            + $"Servers on core {cores.Server}, load on core {cores.Load}. Data and logs: {Path.GetRelativePath(Environment.CurrentDirectory, folder)}");
        return setting;
    }

    /// <summary>A new folder on the disk that the figures are about.</summary>
    public string DataFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, Data, name)).FullName;

    public Contestants Contestants(string dataFolder) => new(Options, Cores, _keyServer.Url, dataFolder);

    public async ValueTask DisposeAsync()
    {
        await _keyServer.DisposeAsync();
        // What stays of a run is its report and the servers' logs.
        File.Delete(CallersPath);
        File.Delete(DeliveriesPath);
        if (Directory.Exists(Path.Combine(Folder, Data))) Directory.Delete(Path.Combine(Folder, Data), recursive: true);
    }
}
