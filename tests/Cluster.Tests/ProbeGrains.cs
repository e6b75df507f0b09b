using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Cluster.Tests;

public interface IRowsProbeGrain : IRowsProbe, IGrainWithStringKey;

public interface ITurnProbeGrain : ITurnProbe, IGrainWithStringKey;

public interface IAlarmProbeGrain : IAlarmProbe, IGrainWithStringKey;

public interface IWireProbeGrain : IWireProbe, IGrainWithStringKey;

[GrainType("rows-probe")]
public sealed class RowsProbeGrain(IGrainContext context, ActorContext self) : RowsProbe(self), IGrainBase, IRowsProbeGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}

[GrainType("turn-probe")]
public sealed class TurnProbeGrain(IGrainContext context, ActorContext self) : TurnProbe(self), IGrainBase, ITurnProbeGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}

[GrainType("alarm-probe")]
public sealed class AlarmProbeGrain(IGrainContext context, GrainAlarm alarm, ActorContext self, TimeProvider clock)
    : AlarmProbe(self, clock), IGrainBase, IAlarmProbeGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}

[GrainType("wire-probe")]
public sealed class WireProbeGrain(IGrainContext context, GrainAlarm alarm, ActorContext self, ILocalSiloDetails silo)
    : WireProbe(self, silo), IGrainBase, IWireProbeGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}

/// <summary>The probes as grains, for callers of a cluster.</summary>
internal static class ProbeGrains
{
    public static IServiceCollection AddProbeGrains(this IServiceCollection services) => services
        .AddSingleton(ActorGrain.Of<IRowsProbe, IRowsProbeGrain>())
        .AddSingleton(ActorGrain.Of<ITurnProbe, ITurnProbeGrain>())
        .AddSingleton(ActorGrain.Of<IAlarmProbe, IAlarmProbeGrain>())
        .AddSingleton(ActorGrain.Of<IWireProbe, IWireProbeGrain>());

    public static ForgeRemoteBuilder AddWireProbe(this ForgeRemoteBuilder remote) =>
        remote.AddActor(ActorType.Of<IWireProbe, WireProbe>("wire-probe"));
}
