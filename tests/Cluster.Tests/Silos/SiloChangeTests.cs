using ForgeOrleans.Hosting;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Silos;

/// <summary>What callers notice of silos that come and go while many sites are written to.</summary>
[Collection(RealTime.Name)]
public sealed class SiloChangeTests(ThreeLiveSilos live) : IClassFixture<ThreeLiveSilos>
{
    private const int Sites = 40;

    [Fact]
    public async Task A_silo_that_is_killed_takes_no_acknowledged_change_with_it()
    {
        await using var load = new Load(live.Actors, Sites);
        await load.AdvanceAsync(5);

        await live.Cluster.KillSiloAsync(Busiest(load));
        await load.AdvanceAsync(10);
        await load.ShouldBeKeptAsync();

        load.FailedReads.ShouldBeEmpty();
        load.FailedWrites.ShouldAllBe(e => ((ForgeException)e).Code == ForgeErrorCode.Unavailable);
        await live.Cluster.StartAdditionalSiloAsync();
    }

    [Fact]
    public async Task A_silo_that_joins_disturbs_no_call()
    {
        await using var load = new Load(live.Actors, Sites);
        await load.AdvanceAsync(5);
        await live.Cluster.StartAdditionalSiloAsync();
        await load.AdvanceAsync(10);
        await load.ShouldBeKeptAsync();
        ShouldNotHaveFailed(load);
    }

    [Fact]
    public async Task A_silo_that_is_stopped_disturbs_no_call()
    {
        await using var load = new Load(live.Actors, Sites);
        await load.AdvanceAsync(5);
        await live.Cluster.StopSiloAsync(Busiest(load));
        await load.AdvanceAsync(10);
        await load.ShouldBeKeptAsync();
        ShouldNotHaveFailed(load);
        await live.Cluster.StartAdditionalSiloAsync();
    }

    [Fact]
    public async Task All_silos_can_be_restarted_one_after_the_other()
    {
        await using var load = new Load(live.Actors, Sites);
        await load.AdvanceAsync(5);
        foreach (var silo in live.Cluster.Silos.ToArray())
        {
            await live.Cluster.RestartSiloAsync(silo);
            await load.AdvanceAsync(2);
        }
        await load.ShouldBeKeptAsync();
        ShouldNotHaveFailed(load);
    }

    [Fact]
    public async Task A_call_that_nobody_may_repeat_fails_when_its_silo_dies()
    {
        var silo = live.Cluster.Silos[^1];
        var key = await live.NewProbeOnAsync(silo);
        var name = Guid.NewGuid().ToString();
        var held = live.Actors.Get<IWireProbe>(key).HoldAsync(new(name));
        await Places.NextOf(name);

        await live.Cluster.KillSiloAsync(silo);

        var failure = await Should.ThrowAsync<ForgeException>(() => held.WaitAsync(TimeSpan.FromSeconds(20)));
        failure.ShouldBeOfType<ActorUnreachableException>().Code.ShouldBe(ForgeErrorCode.Unavailable);
        Places.CountOf(name).ShouldBe(0, "it was made once");
        await live.Cluster.StartAdditionalSiloAsync();
    }

    [Fact]
    public async Task A_call_that_may_be_repeated_is_repeated_and_says_so_when_its_silo_dies()
    {
        var silo = live.Cluster.Silos[^1];
        var key = await live.NewProbeOnAsync(silo);
        var name = Guid.NewGuid().ToString();
        var held = live.Actors.Get<IWireProbe>(key).HoldOnceAsync(new(name));
        await Places.NextOf(name);

        await live.Cluster.KillSiloAsync(silo);

        var answer = await held.WaitAsync(TimeSpan.FromSeconds(30));
        answer.IsRepetition.ShouldBeTrue();
        answer.Silo.ShouldNotBe(silo.SiloAddress.ToString());
        await live.Cluster.StartAdditionalSiloAsync();
    }

    // One that joined a moment ago may have no site yet, and nobody would notice that it goes.
    private InProcessSiloHandle Busiest(Load load) => live.Cluster.Silos.MaxBy(
        silo => load.Sites.Count(site => silo.SiloAddress.Equals(live.SiloOf("site-state", site))))!;

    private static void ShouldNotHaveFailed(Load load)
    {
        load.FailedWrites.ShouldBeEmpty();
        load.FailedReads.ShouldBeEmpty();
    }
}
