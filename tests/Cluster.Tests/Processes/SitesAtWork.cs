using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A run as the TaskBoard has recorded it.</summary>
internal sealed record RecordedRun(string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

/// <summary>An item that is being run, by an operator's view.</summary>
internal sealed record RunningItem(string Site, string ItemId, int Attempt, string Process);

/// <summary>Sites that nobody knew, which are given work. Whatever they are given makes tasks, so that it shows whether it was done.</summary>
internal sealed class SitesAtWork
{
    private readonly ClusterProcesses _cluster;
    private readonly Dictionary<string, (string User, string Delivery)> _tokens;
    private readonly Dictionary<string, ConcurrentQueue<string>> _acknowledged;

    public SitesAtWork(ClusterProcesses cluster, int count)
    {
        _cluster = cluster;
        _tokens = Load.NewSites(count).ToDictionary(site => site, site => (cluster.Platform.Mint(site), cluster.Platform.MintDelivery(site)));
        _acknowledged = _tokens.Keys.ToDictionary(site => site, _ => new ConcurrentQueue<string>());
    }

    /// <summary>Delivers events to every site, whose handlers take a while, until all are acknowledged.</summary>
    public Task DeliverAsync(int perSite, TimeSpan each) => ForEachSiteAsync(async (site, api) =>
    {
        for (var i = 1; i <= perSite; i++)
        {
            var body = JsonSerializer.Serialize(new
            {
                eventType = "avi:jira:created:issue",
                timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                issue = new { id = $"{i}", key = $"TB-{i}", fields = new { summary = "Happened", labels = (string[])["task-board"] } },
                simulate = new { sleepMs = each.TotalMilliseconds },
            });
            // What could not be stored in time on a busy machine is delivered again, as the platform does.
            await Eventually.BecomesTrueAsync(
                async () =>
                {
                    using var answer = await api.SendAsync(HttpMethod.Post, "/events", _tokens[site].Delivery, body);
                    answer.StatusCode.ShouldBeOneOf(HttpStatusCode.Accepted, HttpStatusCode.ServiceUnavailable);
                    return answer.StatusCode == HttpStatusCode.Accepted;
                },
                () => $"{site} accepts an event",
                TimeSpan.FromSeconds(20));
            _acknowledged[site].Enqueue($"TB-{i} Happened");
        }
    });

    /// <summary>Makes every site import tasks: a job with checkpoints. All are acknowledged.</summary>
    public Task ImportAsync(int tasks) => ForEachSiteAsync(async (site, api) =>
    {
        string[] descriptions = [.. Enumerable.Range(1, tasks).Select(i => $"Imported {i}")];
        var body = JsonSerializer.Serialize(new { tasks = descriptions.Select(description => new { department = "R", team = "T", description }) });
        using var answer = await api.SendAsync(HttpMethod.Post, "/tasks/import", _tokens[site].User, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        foreach (var description in descriptions)
            _acknowledged[site].Enqueue(description);
    });

    /// <summary>Waits until so many items are run at the same time.</summary>
    /// <returns>The items.</returns>
    public async Task<IReadOnlyList<RunningItem>> AllRunAsync(int count)
    {
        var running = new ConcurrentQueue<RunningItem>();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                running.Clear();
                await ForEachSiteAsync(async (site, api) =>
                {
                    foreach (var item in (await DescribeAsync(site, api)).GetProperty("running").EnumerateArray())
                        running.Enqueue(item.Deserialize<RunningItem>(JsonSerializerOptions.Web)! with { Site = site });
                });
                return running.Count == count;
            },
            () => $"{count} items are run, and not {running.Count}",
            TimeSpan.FromSeconds(20));
        return [.. running];
    }

    /// <summary>Waits until all that was acknowledged is done: each task is there, and none twice.</summary>
    public async Task AllIsDoneAsync(TimeSpan patience)
    {
        var missing = new ConcurrentDictionary<string, int>();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                await ForEachSiteAsync(async (site, api) =>
                {
                    if (missing.GetValueOrDefault(site, 1) > 0)
                        missing[site] = await TryListAsync(site, api) is { } listed ? _acknowledged[site].Except(listed).Count() : int.MaxValue;
                });
                return missing.Values.All(count => count == 0);
            },
            () => $"all work is done: {missing.Values.Count(count => count > 0)} sites miss some",
            patience);
        await ForEachSiteAsync(async (site, api) => (await Load.DescriptionsAsync(api, _tokens[site].User)).Order().ShouldBe(_acknowledged[site].Order(), site));
    }

    /// <summary>Waits until no queue has anything to do, or has given up anything.</summary>
    public Task AllQueuesAreEmptyAsync()
    {
        var queues = new ConcurrentDictionary<string, JsonElement>();
        return Eventually.BecomesTrueAsync(
            async () =>
            {
                await ForEachSiteAsync(async (site, api) => queues[site] = (await DescribeAsync(site, api)).GetProperty("queue"));
                return queues.Values.All(IsEmpty);
            },
            () => $"all queues are empty: {queues.Values.First(queue => !IsEmpty(queue))}",
            TimeSpan.FromSeconds(10));

        static bool IsEmpty(JsonElement queue) =>
            ((string[])["waiting", "running", "deadLetters"]).All(count => queue.GetProperty(count).GetInt64() == 0);
    }

    /// <summary>What the handlers of all sites have run, by item, in the order of their starts.</summary>
    public async Task<ILookup<string, RecordedRun>> RunsAsync()
    {
        var runs = new ConcurrentQueue<RecordedRun>();
        await ForEachSiteAsync(async (site, api) =>
        {
            using var answer = await api.SendAsync(HttpMethod.Get, "/activity?limit=1000", _tokens[site].User);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            foreach (var run in (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("activity").EnumerateArray())
                runs.Enqueue(run.Deserialize<RecordedRun>(JsonSerializerOptions.Web)!);
        });
        return runs.ToLookup(run => run.ItemId);
    }

    // The cluster may be busy with the death of a silo.
    private async Task<List<string>?> TryListAsync(string site, ClusterProcess api)
    {
        using var first = await api.SendAsync(HttpMethod.Get, "/tasks/?limit=1", _tokens[site].User);
        return first.IsSuccessStatusCode ? await Load.DescriptionsAsync(api, _tokens[site].User) : null;
    }

    private static async Task<JsonElement> DescribeAsync(string site, ClusterProcess api)
    {
        using var answer = await api.AskAsOperatorAsync($"/admin/installations/{site}", SharedProcesses.AdminKey);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private Task ForEachSiteAsync(Func<string, ClusterProcess, Task> act) => Parallel.ForEachAsync(
        _tokens.Keys.Index(),
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (site, _) => await act(site.Item, _cluster.Apis[site.Index % _cluster.Apis.Count]));
}
