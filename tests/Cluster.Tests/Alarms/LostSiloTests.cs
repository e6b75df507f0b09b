using ForgeOrleans.Cluster.Tests.Silos;

namespace ForgeOrleans.Cluster.Tests.Alarms;

/// <summary>Alarms on Orleans' own reminders and the real clock.</summary>
[Collection(RealTime.Name)]
public sealed class LostSiloTests(ThreeLiveSilos live) : IClassFixture<ThreeLiveSilos>
{
    [Fact]
    public async Task An_alarm_rings_on_another_silo_when_its_own_is_killed_before_its_time()
    {
        var killed = live.Cluster.Silos[^1];
        var key = await live.NewProbeOnAsync(killed);
        var due = DateTimeOffset.UtcNow.AddSeconds(5);
        await live.Actors.Get<IWireProbe>(key).WakeAsync(new(due));

        await live.Cluster.KillSiloAsync(killed);
        live.SiloOf("wire-probe", key).ShouldBeNull();

        var silo = await Places.NextOf(key, TimeSpan.FromMinutes(1.5));
        silo.ShouldNotBe(killed.SiloAddress.ToString());
        live.Cluster.Silos.Select(other => other.SiloAddress.ToString()).ShouldContain(silo);
        DateTimeOffset.UtcNow.ShouldBeGreaterThanOrEqualTo(due);
    }
}
