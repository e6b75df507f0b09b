using System.Diagnostics;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>Work while silos come to their end, in each of the ways in which they do.</summary>
[Collection(ProcessCollection.Name)]
public sealed class WorkTests(SharedProcesses shared, ITestOutputHelper output)
{
    // Long enough for all to run at once, on a machine that has other things to do.
    private static readonly TimeSpan Run = TimeSpan.FromSeconds(12);

    // The reminder of what a dead silo has left behind ticks every minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [ProcessFact]
    public async Task Work_is_spread_over_all_silos_and_what_a_killed_one_was_running_is_run_to_its_end_by_the_others()
    {
        var cluster = await shared.TakeClusterAsync();
        var work = new SitesAtWork(cluster, 40);
        await work.DeliverAsync(perSite: 2, Run);
        var running = await work.AllRunAsync(80);
        int[] shares = [.. cluster.Silos.Select(silo => running.Count(item => silo.IsSilo(item.Process)))];
        output.WriteLine($"The silos run {string.Join(" and ", shares)} items.");
        shares.Sum().ShouldBe(80);
        shares.ShouldAllBe(share => share >= 16);

        var killed = cluster.Silos[^1];
        var watch = Stopwatch.StartNew();
        await killed.KillAsync();
        cluster.Forget(killed);
        await work.AllIsDoneAsync(Patience);
        output.WriteLine($"All is done {watch.Elapsed.TotalSeconds:f1} s after the kill.");

        await work.AllQueuesAreEmptyAsync();
        var runs = await work.RunsAsync();
        runs.Count.ShouldBe(80);
        foreach (var item in running.Where(item => killed.IsSilo(item.Process)))
            WholeRun(runs[item.ItemId]).Attempt.ShouldBeGreaterThanOrEqualTo(2);
        await cluster.StartSiloAsync();
        shared.GiveBack(cluster);
    }

    [ProcessFact]
    public async Task What_a_silo_says_that_wakes_up_after_its_leases_is_refused_and_its_work_has_long_been_done_by_another()
    {
        var cluster = await shared.TakeClusterAsync();
        var work = new SitesAtWork(cluster, 20);
        await work.DeliverAsync(perSite: 1, Run);
        var stale = cluster.Silos[^1];
        var taken = (await work.AllRunAsync(20)).Where(item => stale.IsSilo(item.Process)).ToList();
        taken.ShouldNotBeEmpty();

        var watch = Stopwatch.StartNew();
        stale.Freeze();
        await cluster.ActiveSilosAsync(1, TimeSpan.FromSeconds(30));
        await work.AllIsDoneAsync(Patience);
        await work.AllQueuesAreEmptyAsync();
        output.WriteLine($"All is done {watch.Elapsed.TotalSeconds:f1} s after the silo froze with {taken.Count} items.");
        var before = await work.RunsAsync();
        foreach (var item in taken)
            before[item.ItemId].Select(run => run.Attempt).ShouldBe([1, 2]);

        // Its handlers have slept long enough, and say so; and it finds out that it was declared dead.
        stale.Thaw();
        await stale.ExitCodeAsync();
        cluster.Forget(stale);
        await work.AllIsDoneAsync(TimeSpan.FromSeconds(20));
        await work.AllQueuesAreEmptyAsync();
        var after = await work.RunsAsync();
        foreach (var item in before)
            after[item.Key].Select(run => run.Attempt).ShouldBe(item.Select(run => run.Attempt));
        await cluster.StartSiloAsync();
        shared.GiveBack(cluster);
    }

    [ProcessFact]
    public async Task A_silo_that_is_terminated_hands_its_work_on_with_its_checkpoints_and_no_attempt_is_counted()
    {
        var cluster = await shared.TakeClusterAsync();
        var work = new SitesAtWork(cluster, 20);
        await work.DeliverAsync(perSite: 1, Run);
        var ending = cluster.Silos[^1];
        var taken = (await work.AllRunAsync(20)).Where(item => ending.IsSilo(item.Process)).ToList();
        taken.ShouldNotBeEmpty();

        await work.ImportAsync(500);
        var watch = Stopwatch.StartNew();
        ending.Terminate();
        cluster.Forget(ending);
        (await ending.ExitCodeAsync()).ShouldBe(0, ending.Output);
        output.WriteLine($"Ended in {watch.Elapsed.TotalSeconds:f1} s, with {taken.Count} events.");
        await work.AllIsDoneAsync(Patience);
        await work.AllQueuesAreEmptyAsync();

        var runs = await work.RunsAsync();
        var jobs = runs.Where(item => item.First().Kind == "job").ToList();
        output.WriteLine($"All is done {watch.Elapsed.TotalSeconds:f1} s after the signal; {jobs.Count(job => job.Count() > 1)} of {jobs.Count} imports were handed on.");
        foreach (var item in taken)
        {
            runs[item.ItemId].Select(run => run.Attempt).ShouldBe([1, 1]);
            WholeRun(runs[item.ItemId]).ShouldBe(runs[item.ItemId].Last());
        }
        jobs.Count.ShouldBe(20);
        jobs.ShouldContain(job => job.Count() > 1);
        jobs.ShouldAllBe(job => job.All(run => run.Attempt == 1));
        await cluster.StartSiloAsync();
        shared.GiveBack(cluster);
    }

    // The only one that took its time and came to its end: nearly its time, for the clock that it is told by is not the one that it was slept by.
    private static RecordedRun WholeRun(IEnumerable<RecordedRun> runs) => runs.Where(run => run.FinishedAt - run.StartedAt >= Run * 0.9).ShouldHaveSingleItem();
}
