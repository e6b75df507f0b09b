using System.Net;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>All processes die at once, and others start over the same database.</summary>
[Collection(ProcessCollection.Name)]
public sealed class RestartTests(SharedProcesses shared, ITestOutputHelper output)
{
    [ProcessFact]
    public async Task After_a_power_cut_all_tasks_are_there_and_access_tokens_can_be_used()
    {
        var cluster = await shared.TakeClusterAsync();
        await using var load = new Load(cluster, Load.NewSites(40));
        var sites = Load.NewSites(8);
        foreach (var site in sites)
        {
            using var seen = await cluster.Apis[0].SendAsync(HttpMethod.Post, "/echo", cluster.Platform.Mint(site), "{}", system: TokenOf(site));
            seen.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        await cluster.KillAllAsync();
        await load.StopAsync();
        var begun = load.Now;
        await cluster.StartAsync(silos: 2, apis: 2);
        output.WriteLine($"Ready again after {(load.Now - begun).TotalSeconds:f1} s.");

        await load.AllAcknowledgedIsThereOnceAsync();
        output.WriteLine($"All tasks read after {(load.Now - begun).TotalSeconds:f1} s.");
        foreach (var site in sites)
        {
            // The invocation brings no access token; the one that was encrypted by a silo that is no more is used.
            using var content = await cluster.Apis[1].SendAsync(HttpMethod.Get, "/confluence/content?as=app", cluster.Platform.Mint(site));
            content.StatusCode.ShouldBe(HttpStatusCode.OK, await content.Content.ReadAsStringAsync());
            cluster.Platform.ProductCalls(site).ShouldBe([$"Bearer {TokenOf(site)}"]);
        }
        shared.GiveBack(cluster);
    }

    private static string TokenOf(string site) => $"token-of-{site}";
}
