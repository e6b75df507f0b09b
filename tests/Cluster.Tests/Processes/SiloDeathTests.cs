using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A silo that is killed, and one that freezes until the others take it for dead.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SiloDeathTests(SharedProcesses shared, ITestOutputHelper output)
{
    [ProcessFact]
    public async Task After_a_kill_of_a_silo_its_sites_answer_again_those_of_others_notice_nothing_and_all_tasks_are_there()
    {
        var cluster = await shared.TakeClusterAsync();
        var (others, mixed) = await TwoGroupsOfSitesAsync(cluster);
        await using var load = new Load(cluster, [.. others, .. mixed]);
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        var killed = load.Now;
        await cluster.Silos[^1].KillAsync();
        cluster.Forget(cluster.Silos[^1]);
        await cluster.ActiveSilosAsync(1, TimeSpan.FromSeconds(15));
        output.WriteLine($"Killed at {killed.TotalSeconds:f1} s, declared dead after {(load.Now - killed).TotalSeconds:f1} s.");
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(15));
        await load.StopAsync();

        var felt = new Disturbance(load, killed);
        output.WriteLine($"{felt}");
        felt.Failures.Where(call => others.Contains(call.Site)).ShouldBeEmpty("these sites lived elsewhere");
        felt.Recoveries.ShouldAllBe(recovery => recovery < TimeSpan.FromSeconds(15));
        await load.AllAcknowledgedIsThereOnceAsync();
        await cluster.StartSiloAsync();
        shared.GiveBack(cluster);
    }

    [ProcessFact]
    public async Task A_silo_that_was_frozen_and_wakes_up_writes_over_nobody_and_its_sites_have_long_been_elsewhere()
    {
        var cluster = await shared.TakeClusterAsync();
        await using var load = new Load(cluster, Load.NewSites(60));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        var frozen = load.Now;
        var stale = cluster.Silos[^1];
        stale.Freeze();
        await cluster.ActiveSilosAsync(1, TimeSpan.FromSeconds(20));
        output.WriteLine($"Frozen at {frozen.TotalSeconds:f1} s, declared dead after {(load.Now - frozen).TotalSeconds:f1} s.");
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));
        var felt = new Disturbance(load, frozen);
        output.WriteLine($"Frozen: {felt}");

        var thawed = load.Now;
        stale.Thaw();
        // It finds out that it was declared dead, and ends.
        await stale.ExitCodeAsync();
        output.WriteLine($"The stale silo ended {(load.Now - thawed).TotalSeconds:f1} s after it woke up.");
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(10));
        await load.StopAsync();

        output.WriteLine($"Thawed: {new Disturbance(load, thawed)}");
        felt.Recoveries.ShouldAllBe(recovery => recovery < TimeSpan.FromSeconds(30));
        load.Calls.ShouldAllBe(call => call.Took < TimeSpan.FromSeconds(25));
        load.Failures.ShouldAllBe(call => call.IsUnavailable);
        await load.AllAcknowledgedIsThereOnceAsync();
        cluster.Forget(stale);
        await cluster.StartSiloAsync();
        shared.GiveBack(cluster);
    }

    // Those that are first seen while there is one silo live there; those that come with the second live on either.
    private static async Task<(string[] OnTheFirst, string[] OnEither)> TwoGroupsOfSitesAsync(ClusterProcesses cluster)
    {
        foreach (var silo in cluster.Silos.Skip(1))
        {
            silo.Terminate();
            (await silo.ExitCodeAsync()).ShouldBe(0, silo.Output);
            cluster.Forget(silo);
        }

        var first = Load.NewSites(30);
        await using (var load = new Load(cluster, first))
            await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));
        await cluster.StartSiloAsync();
        return (first, Load.NewSites(30));
    }
}
