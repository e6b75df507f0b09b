using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Silos;

/// <summary>Which silos run no more, as the others know it.</summary>
[Collection(RealTime.Name)]
public sealed class ProcessesTests(ThreeLiveSilos live) : IClassFixture<ThreeLiveSilos>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Every_silo_is_a_process_of_its_own_and_none_that_runs_is_gone()
    {
        var silos = live.Cluster.Silos.Select(Of).ToArray();
        silos.Select(silo => silo.Own).Distinct().Count().ShouldBe(silos.Length);
        foreach (var silo in silos)
            silos.ShouldAllBe(other => !silo.IsGone(other.Own));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5f8c0c6e8f0b4c4e9d0a9d6f2f1b7a11")]
    [InlineData("127.0.0.1:1@1")]
    [InlineData("127.0.0.1@@:")]
    public void Nobody_can_tell_of_a_process_that_the_cluster_has_never_heard_of(string process) =>
        Of(live.Cluster.Silos[0]).IsGone(process).ShouldBeFalse();

    [Fact]
    public void An_earlier_process_at_the_address_of_one_that_runs_is_gone_and_a_later_one_is_not()
    {
        var address = live.Cluster.Silos[0].SiloAddress;
        foreach (var silo in live.Cluster.Silos.Select(Of))
        {
            silo.IsGone(SiloAddress.New(address.Endpoint, address.Generation - 1).ToParsableString()).ShouldBeTrue();
            silo.IsGone(SiloAddress.New(address.Endpoint, address.Generation + 1).ToParsableString()).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_that_was_killed_or_has_stopped_is_gone_for_all_others(bool isKilled)
    {
        var silo = live.Cluster.Silos[^1];
        var process = Of(silo).Own;
        await (isKilled ? live.Cluster.KillSiloAsync(silo) : live.Cluster.StopSiloAsync(silo));
        foreach (var other in live.Cluster.Silos)
            await GoneAsync(other, process).WaitAsync(Patience);

        // One that never met it learns it too, and takes nobody else for gone.
        var joined = await live.Cluster.StartAdditionalSiloAsync();
        await GoneAsync(joined, process).WaitAsync(Patience);
        live.Cluster.Silos.ShouldAllBe(other => !Of(joined).IsGone(Of(other).Own));
    }

    private static IProcesses Of(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IProcesses>();

    private static async Task GoneAsync(InProcessSiloHandle silo, string process)
    {
        await foreach (var _ in silo.ServiceProvider.GetRequiredService<IClusterMembershipService>().MembershipUpdates)
        {
            if (Of(silo).IsGone(process))
                return;
        }
    }
}
