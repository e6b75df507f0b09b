using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>What became of an invocation.</summary>
/// <param name="Site">Whose.</param>
/// <param name="Method">Its method.</param>
/// <param name="Api">The process that it was sent to.</param>
/// <param name="Begun">When, counted from the start of the load.</param>
/// <param name="Took">How long.</param>
/// <param name="Status">The answer's status, or null when there was none.</param>
/// <param name="Failure">What came instead of a 2xx.</param>
internal sealed record Call(string Site, string Method, ClusterProcess Api, TimeSpan Begun, TimeSpan Took, HttpStatusCode? Status, string? Failure)
{
    /// <summary>What nobody notices in an answer.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1.5);

    public TimeSpan Ended => Begun + Took;

    public bool IsUndisturbed => Failure is null && Took < Unnoticed;

    /// <summary>Whether it never got to the process: nobody listens there.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Whether it was told, in the form of every error, to come again.</summary>
    public bool IsUnavailable => Status == HttpStatusCode.ServiceUnavailable && Failure!.Contains("""{"error":{"code":"unavailable",""", StringComparison.Ordinal);

    public override string ToString() => $"{Method} of {Site} through {Api.Url} at {Begun.TotalSeconds:f2} s for {Took.TotalSeconds:f2} s: {Failure ?? "2xx"}";
}

/// <summary>Sites that make tasks and look at them, over and over, through all Apis in turn.</summary>
internal sealed class Load : IAsyncDisposable
{
    // A few hundred calls a second with 60 sites: two processors have silos, Apis and a database to run.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _acknowledged = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ClusterProcesses _cluster;
    private readonly Dictionary<string, string> _sites;
    private readonly Task[] _workers;

    public Load(ClusterProcesses cluster, params IReadOnlyList<string> sites)
    {
        _cluster = cluster;
        _sites = sites.ToDictionary(site => site, cluster.Platform.Mint);
        _workers = [.. _sites.Select((site, index) => WorkAsync(site.Key, site.Value, index))];
    }

    /// <summary>The time of the load's own clock.</summary>
    public TimeSpan Now => _watch.Elapsed;

    public IReadOnlyCollection<Call> Calls => _calls;

    public IEnumerable<Call> Failures => _calls.Where(call => call.Failure is not null);

    /// <summary>So many sites that nobody knows.</summary>
    public static string[] NewSites(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString())];

    /// <summary>Waits until every site has made and seen tasks undisturbed, anew since now.</summary>
    public Task AllSitesWorkAsync(TimeSpan patience)
    {
        var since = Now;
        return Eventually.BecomesTrueAsync(
            () => _calls.Where(call => call.Begun > since && call.IsUndisturbed).GroupBy(call => call.Site).Count(calls => calls.Count() > 2) == _sites.Count,
            "all sites work",
            patience);
    }

    /// <summary>Stops asking, and waits for all answers.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    /// <summary>What was acknowledged is there, and nothing is there twice.</summary>
    public async Task AllAcknowledgedIsThereOnceAsync()
    {
        foreach (var (site, token) in _sites)
        {
            var listed = await DescriptionsAsync(_cluster.Apis[0], token);
            listed.ShouldBeUnique();
            (_acknowledged.GetValueOrDefault(site) ?? []).Except(listed).ShouldBeEmpty($"tasks of {site} are lost");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WorkAsync(string site, string token, int index)
    {
        for (var turn = index; !_stop.IsCancellationRequested; turn++)
        {
            var apis = _cluster.Apis;
            if (apis.Count == 0)
                return;
            var description = $"{Guid.NewGuid()}";
            if (await CallAsync(site, HttpMethod.Post, apis[turn % apis.Count], "/tasks/", token, $$"""{"department":"R","team":"T","description":"{{description}}"}"""))
                _acknowledged.GetOrAdd(site, _ => new()).Enqueue(description);
            await CallAsync(site, HttpMethod.Get, apis[(turn + 1) % apis.Count], "/tasks/?limit=3", token);
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> CallAsync(string site, HttpMethod method, ClusterProcess api, string path, string token, string? json = null)
    {
        var begun = _watch.Elapsed;
        HttpStatusCode? status = null;
        string? failure = null;
        var refused = false;
        try
        {
            using var response = await api.SendAsync(method, path, token, json);
            status = response.StatusCode;
            if (!response.IsSuccessStatusCode)
                failure = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            failure = e.ToString();
            refused = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        }
        _calls.Enqueue(new(site, method.Method, api, begun, _watch.Elapsed - begun, status, failure) { IsRefused = refused });
        return failure is null;
    }

    /// <summary>The descriptions of all tasks of a site.</summary>
    public static async Task<List<string>> DescriptionsAsync(ClusterProcess api, string token)
    {
        var descriptions = new List<string>();
        string? cursor = null;
        do
        {
            using var response = await api.SendAsync(HttpMethod.Get, $"/tasks/?limit=500{(cursor is null ? "" : $"&cursor={cursor}")}", token);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var page = await response.Content.ReadFromJsonAsync<JsonElement>();
            descriptions.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("description").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return descriptions;
    }
}
