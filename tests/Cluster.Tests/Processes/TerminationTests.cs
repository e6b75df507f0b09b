using System.Diagnostics;
using System.Net;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>Processes of a cluster that are asked to end while it is at work.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TerminationTests(SharedProcesses shared, ITestOutputHelper output)
{
    [ProcessFact]
    public async Task When_every_silo_in_turn_is_ended_and_replaced_no_invocation_fails()
    {
        var cluster = await shared.TakeClusterAsync();
        await using var load = new Load(cluster, Load.NewSites(60));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));

        foreach (var silo in cluster.Silos)
        {
            var begun = load.Now;
            silo.Terminate();
            (await silo.ExitCodeAsync()).ShouldBe(0, silo.Output);
            var took = load.Now - begun;
            took.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            cluster.Forget(silo);
            await cluster.StartSiloAsync();
            await load.AllSitesWorkAsync(TimeSpan.FromSeconds(15));
            output.WriteLine($"Ended in {took.TotalSeconds:f1} s. {new Disturbance(load, begun)}");
        }
        await load.StopAsync();

        load.Failures.ShouldBeEmpty();
        await load.AllAcknowledgedIsThereOnceAsync();
        shared.GiveBack(cluster);
    }

    [ProcessFact]
    public async Task An_Api_that_is_ended_answers_what_it_has_taken()
    {
        var cluster = await shared.TakeClusterAsync();
        await using var load = new Load(cluster, Load.NewSites(60));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(20));
        var (ending, slowSite) = (cluster.Apis[0], Guid.NewGuid().ToString());
        var slow = ending.SendAsync(HttpMethod.Get, "/confluence/content?as=app", cluster.Platform.Mint(slowSite), system: Platform.SlowToken);
        await Eventually.BecomesTrueAsync(() => cluster.Platform.ProductCalls(slowSite).Any(), "the slow call is under way", TimeSpan.FromSeconds(10));

        var watch = Stopwatch.StartNew();
        ending.Terminate();
        cluster.Forget(ending);
        await Eventually.BecomesTrueAsync(
            async () => await ending.StatusAsync("/health/ready") != HttpStatusCode.OK, () => "it wants no more calls", TimeSpan.FromSeconds(5));
        slow.IsCompleted.ShouldBeFalse();
        cluster.Platform.LetTheSlowProductAnswer();

        using var answer = await slow;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ending.ExitCodeAsync()).ShouldBe(0, ending.Output);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(25));
        await load.AllSitesWorkAsync(TimeSpan.FromSeconds(10));
        await load.StopAsync();

        output.WriteLine($"Ended in {watch.Elapsed.TotalSeconds:f1} s; {load.Calls.Count} calls, {load.Failures.Count()} came too late.");
        // Sent when it already was on its way: nobody listened any more, or it said so. What it had begun, it has answered.
        load.Failures.ShouldAllBe(call => call.Api == ending && (call.IsRefused || call.IsUnavailable));
        await load.AllAcknowledgedIsThereOnceAsync();
        await cluster.StartApiAsync();
        shared.GiveBack(cluster);
    }
}
