using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ForgeOrleans.Conformance;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>A process that is killed while it answers.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Nothing_that_was_answered_is_lost_by_a_kill_under_load()
    {
        await using var platform = await Platform.StartAsync();
        var sites = Enumerable.Range(0, 6).Select(_ => new Site()).ToDictionary(site => site, site => platform.Mint(site));
        var answered = new ConcurrentBag<(Site Site, string Id)>();

        for (var kill = 0; kill < 3; kill++)
        {
            await using var process = await TaskBoardProcess.StartAsync(_folder.In("data"), platform);
            await AllAreThereAsync(process);
            var enough = answered.Count + 100;
            var writers = sites.Select(site => WriteUntilKilledAsync(process, site.Key, site.Value)).ToArray();
            await Eventually.BecomesTrueAsync(() => answered.Count > enough, "under load");
            await process.KillAsync();
            await Task.WhenAll(writers);
        }

        await using var last = await TaskBoardProcess.StartAsync(_folder.In("data"), platform);
        await AllAreThereAsync(last);

        async Task WriteUntilKilledAsync(TaskBoardProcess process, Site site, string token)
        {
            try
            {
                while (true)
                {
                    using var response = await process.SendAsync(
                        HttpMethod.Post, "/tasks/", token, """{"department":"Engineering","team":"Forge","description":"Survive"}""");
                    response.StatusCode.ShouldBe(HttpStatusCode.OK);
                    var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
                    answered.Add((site, answer.GetProperty("task").GetProperty("id").GetString()!));
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // It is dead: what was not answered may be there or not.
            }
        }

        async Task AllAreThereAsync(TaskBoardProcess process)
        {
            foreach (var (site, token) in sites)
                answered.Where(task => task.Site == site).Select(task => task.Id).ShouldBeSubsetOf(await TasksAsync(process, token));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<List<string>> TasksAsync(TaskBoardProcess process, string token)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            using var response = await process.SendAsync(HttpMethod.Get, $"/tasks/?limit=500{(cursor is null ? "" : $"&cursor={cursor}")}", token);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            var page = await response.Content.ReadFromJsonAsync<JsonElement>();
            ids.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return ids;
    }
}
