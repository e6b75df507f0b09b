using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>Actors that do nothing but show what their host does. A host registers them beside the real ones.</summary>
public static class ProbeActors
{
    public static ForgeRemoteBuilder AddProbes(this ForgeRemoteBuilder remote)
    {
        remote.Services.AddHostedService<LifeProbe>();
        return remote.AddProbeActors();
    }

    private static ForgeRemoteBuilder AddProbeActors(this ForgeRemoteBuilder remote) => remote
        .AddActor(ActorType.Of<IRowsProbe, RowsProbe>("rows-probe"))
        .AddActor(ActorType.Of<ITurnProbe, TurnProbe>("turn-probe"))
        .AddActor(ActorType.Of<IAlarmProbe, AlarmProbe>("alarm-probe"));
}
