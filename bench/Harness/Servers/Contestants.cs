using System.Diagnostics;
using ForgeOrleans.Bench.Callers;

namespace ForgeOrleans.Bench.Servers;

/// <summary>How each server is started: all on the same core, each as its users would run it in production.</summary>
public sealed class Contestants(BenchOptions options, Cores cores, string jwksUrl, string dataFolder)
{
    public ProcessStartInfo Remote(Uri address) => Dotnet(options.Remote, address, new()
    {
        ["Forge__Apps__0__Id"] = Site.AppId,
        ["Forge__Apps__0__JwksUrl"] = jwksUrl,
        ["Forge__DataPath"] = dataFolder,
    });

    /// <summary>The remote, which accepts work and runs none of it.</summary>
    public ProcessStartInfo Acceptor(Uri address)
    {
        var start = Remote(address);
        start.Environment["Forge__Work__PerProcess"] = "0";
        start.Environment["Forge__Work__MostWaiting"] = "10000000";
        return start;
    }

    /// <summary>A process of a cluster; what it is in it, its caller says.</summary>
    public ProcessStartInfo Cluster(Uri address, int core) => Dotnet(options.Cluster!, address, new()
    {
        ["Forge__Apps__0__Id"] = Site.AppId,
        ["Forge__Apps__0__JwksUrl"] = jwksUrl,
    }, core);

    public ProcessStartInfo BareKestrel(Uri address) =>
        Dotnet(Path.Combine(options.Bench, "peers/BareKestrel/bin/Release/net10.0/ForgeOrleans.Bench.BareKestrel.dll"), address, []);

    public ProcessStartInfo Express(Uri address)
    {
        // Node refuses more than 16 KB of headers unless told; a Forge remote must accept 128 KB.
        var start = Cores.Pin(cores.Server, "node", "--max-http-header-size=131072", Path.Combine(options.Bench, "peers/express/server.js"));
        start.Environment["NODE_ENV"] = "production";
        start.Environment["PORT"] = $"{address.Port}";
        start.Environment["JWKS_URL"] = jwksUrl;
        start.Environment["APP_ID"] = Site.AppId;
        return start;
    }

    private ProcessStartInfo Dotnet(string program, Uri address, Dictionary<string, string> settings, int? core = null)
    {
        // .NET watches the content root for changes of settings, with all that is below it: a database there costs a notice for every write.
        var start = Cores.Pin(
            core ?? cores.Server, "dotnet", program, "--urls", address.GetLeftPart(UriPartial.Authority), "--contentRoot", Path.GetDirectoryName(Path.GetFullPath(program))!);
        start.Environment["DOTNET_gcServer"] = "0";
        // 64 MB for what is young, as docs/operations.md tells who has many deliveries on one core.
        start.Environment["DOTNET_GCgen0size"] = "0x4000000";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return start;
    }
}
