using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Products;

/// <summary>The emulator as a process of its own: the products with their limits, and who counts what they refuse.</summary>
public sealed class EmulatedPlatform : IAsyncDisposable
{
    private readonly Server _server;
    private readonly HttpClient _http;

    private EmulatedPlatform(Server server) => (_server, _http) = (server, new() { BaseAddress = server.Address });

    public Uri Address => _server.Address;

    /// <param name="root">The repository.</param>
    /// <param name="sites">How many sites there are.</param>
    /// <param name="getsPerSecond">How many GETs a second each endpoint of a site takes.</param>
    /// <param name="logFolder">Where its output goes.</param>
    /// <param name="name">What its output is called.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public static async Task<EmulatedPlatform> StartAsync(string root, int sites, int getsPerSecond, string logFolder, string name, CancellationToken cancellation) =>
        new(await Server.StartAsync(name, address => Describe(root, sites, getsPerSecond, address), logFolder, cancellation, "/sites"));

    /// <summary>A user of each site, with the tokens that the platform sends along, valid for as long as a run takes.</summary>
    public async Task<IReadOnlyList<ProductCaller>> CallersAsync(CancellationToken cancellation)
    {
        var sites = (await _http.GetFromJsonAsync<JsonObject>("/sites", cancellation))!["sites"]!.AsArray().Select(site => site!["id"]!.GetValue<string>());
        List<ProductCaller> callers = [];
        foreach (var site in sites)
        {
            using var answer = await _http.PostAsJsonAsync("/mint", new { site, expiresIn = 3_600 }, cancellation);
            var minted = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>(cancellation))!;
            callers.Add(new(site, minted["headers"]!.AsObject().ToDictionary(header => header.Key, header => header.Value!.GetValue<string>())));
        }
        return callers;
    }

    /// <summary>Lets every answer of Jira come so much later.</summary>
    public async Task SlowDownAsync(TimeSpan by, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync("/faults", new { kind = "slow", product = "jira", delay = by.TotalSeconds }, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What the products have counted so far.</summary>
    /// <param name="path">The endpoint whose buckets are of interest.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task<ProductCounts> CountsAsync(string path, CancellationToken cancellation)
    {
        var report = (await _http.GetFromJsonAsync<JsonObject>("/limits", cancellation))!;
        var buckets = report["sites"]!.AsArray().SelectMany(site => site!["endpoints"]!.AsArray()).Where(bucket => bucket!["endpoint"]!.GetValue<string>() == path);
        return new(
            report["now"]!.GetValue<DateTimeOffset>(),
            report["counts"]!["calls"]!.GetValue<long>(),
            report["counts"]!["refused"]!.AsObject().ToDictionary(reason => reason.Key, reason => reason.Value!.GetValue<long>()),
            buckets.Sum(bucket => bucket!["left"]!.GetValue<long>()));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    private static ProcessStartInfo Describe(string root, int sites, int getsPerSecond, Uri address)
    {
        var start = new ProcessStartInfo("dotnet", [
            Path.Combine(root, "src/Emulator/bin/Release/net10.0/ForgeOrleans.Emulator.dll"),
            "--manifest", Path.Combine(root, "samples/TaskBoard/manifest.yml"), "--urls", address.GetLeftPart(UriPartial.Authority),
            "--sites", sites.ToString(CultureInfo.InvariantCulture),
            "--limit", $"getPerSecond={getsPerSecond}",
            // The hour's points are not what is measured.
            "--limit", "tenantQuota=1000000000"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        return start;
    }
}

/// <summary>Somebody at a site, for whom the platform calls the remote.</summary>
public sealed record ProductCaller(string Site, IReadOnlyDictionary<string, string> Headers);

/// <summary>What the products have counted.</summary>
/// <param name="At">When.</param>
/// <param name="Calls">Calls that they let through.</param>
/// <param name="Refused">Calls that were answered 429, by reason.</param>
/// <param name="InBuckets">How many calls the endpoint would take at once, on all sites together.</param>
public sealed record ProductCounts(DateTimeOffset At, long Calls, IReadOnlyDictionary<string, long> Refused, long InBuckets);
