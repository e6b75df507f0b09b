using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using ForgeOrleans.Bench.Callers;
using ForgeOrleans.Bench.Measurements;
using ForgeOrleans.Bench.Servers;
using ForgeOrleans.TestServers;

namespace ForgeOrleans.Bench.Products;

/// <summary>The TaskBoard, on a single node or as a cluster, which calls products in a loop where it is told to.</summary>
/// <remarks>Its processes are on no core of their own: they are more than there are cores.</remarks>
public sealed class LimitedRemote : IAsyncDisposable
{
    private const int Silos = 2;
    private const int Webs = 4;

    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<Server> _webs = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { Timeout = TimeSpan.FromSeconds(30) };

    private LimitedRemote()
    {
    }

    /// <summary>How many processes calls go to.</summary>
    public int Fronts => _webs.Count;

    public static Task<LimitedRemote> SingleNodeAsync(Setting setting, Uri platform, CancellationToken cancellation) => StartAsync(async remote =>
    {
        var data = setting.DataFolder("limits");
        remote._webs.Add(await remote.ProcessAsync("limits-single-node", setting, setting.Options.Remote, platform, new() { ["Forge__DataPath"] = data }, cancellation));
    });

    public static Task<LimitedRemote> ClusterAsync(Setting setting, Uri platform, CancellationToken cancellation) => StartAsync(async remote =>
    {
        var database = await PostgreSqlServer.StartNewAsync();
        remote._parts.Add(database);
        var connectionString = await database.CreateDatabaseAsync();
        for (var silo = 1; silo <= Silos; silo++)
            await remote.ProcessAsync($"limits-silo-{silo}", setting, setting.Options.Cluster!, platform, Role("Silo"), cancellation);
        for (var web = 1; web <= Webs; web++)
            remote._webs.Add(await remote.ProcessAsync($"limits-web-{web}", setting, setting.Options.Cluster!, platform, Role("Api"), cancellation));

        Dictionary<string, string> Role(string role) => new()
        {
            ["Forge__Role"] = role,
            ["Forge__Cluster__Provider"] = "PostgreSQL",
            ["Forge__Cluster__ConnectionString"] = connectionString,
            ["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1",
            ["Forge__Cluster__SiloPort"] = $"{FreePort()}",
            ["Forge__Cluster__GatewayPort"] = $"{FreePort()}",
        };
    });

    /// <summary>Has one invocation make calls.</summary>
    /// <param name="caller">Who calls.</param>
    /// <param name="turn">Which of the web processes gets it: they take turns.</param>
    /// <param name="path">What to call.</param>
    /// <param name="count">How often.</param>
    /// <param name="parallel">How many calls are under way at a time.</param>
    /// <param name="isBackground">Nobody waits for them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How long the longest of the calls took, with its wait for a permit.</returns>
    /// <exception cref="BenchException">A call was not made, or not answered with 200.</exception>
    public async Task<TimeSpan> LoadAsync(ProductCaller caller, int turn, string path, int count, int parallel, bool isBackground, CancellationToken cancellation)
    {
        var web = _webs[turn % _webs.Count];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(web.Address, "/load"))
        {
            Content = JsonContent.Create(new { product = "jira", method = "GET", path, count, parallel, @as = "app", background = isBackground }),
        };
        foreach (var (name, value) in caller.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new BenchException($"{web.Name} answered /load with {(int)answer.StatusCode}: {text}");
        var results = JsonSerializer.Deserialize<Results>(text, JsonSerializerOptions.Web)!;
        if (results is not { RefusedByGate: 0, Failed: 0 } || results.ByStatus.Keys.Any(status => status != "200") || results.ByStatus.Values.Sum() != count)
            throw new BenchException($"{web.Name}, {caller.Site}: of {count} calls of {path} not all were answered 200: {text}");
        return TimeSpan.FromMilliseconds(results.MaxWaitMs);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private static async Task<LimitedRemote> StartAsync(Func<LimitedRemote, Task> start)
    {
        var remote = new LimitedRemote();
        try
        {
            await start(remote);
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    private async Task<Server> ProcessAsync(string name, Setting setting, string program, Uri platform, Dictionary<string, string> settings, CancellationToken cancellation)
    {
        var server = await Server.StartAsync(name, address => Describe(program, address, platform, settings), setting.Folder, cancellation);
        _parts.Add(server);
        return server;
    }

    private static ProcessStartInfo Describe(string program, Uri address, Uri platform, Dictionary<string, string> settings)
    {
        var origin = platform.GetLeftPart(UriPartial.Authority);
        var start = new ProcessStartInfo("dotnet", [program, "--urls", address.GetLeftPart(UriPartial.Authority)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Forge__Apps__0__Id"] = Site.AppId;
        start.Environment["Forge__Apps__0__JwksUrl"] = $"{origin}/.well-known/jwks.json";
        start.Environment["Forge__ProductApi__AllowedOrigins__0"] = origin;
        start.Environment["Forge__ProductApi__GatewayUrl"] = origin;
        start.Environment["TaskBoard__Simulation"] = "true";
        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Results(Dictionary<string, int> ByStatus, int RefusedByGate, int Failed, double Seconds, long MaxWaitMs);
}
