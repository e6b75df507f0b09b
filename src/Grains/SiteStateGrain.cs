using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>The documents of a site as a grain.</summary>
[Alias("ForgeOrleans.SiteState")]
public interface ISiteStateGrain : ISiteStateActor, IGrainWithStringKey;

/// <inheritdoc cref="SiteStateActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="alarm">Takes the reminder's ticks.</param>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="forwarder">Brings work that is committed with documents to the site's queue.</param>
/// <param name="clock">Tells how long ago a commit was made.</param>
[GrainType("site-state")]
public sealed class SiteStateGrain(IGrainContext context, GrainAlarm alarm, ActorContext self, OutboxForwarder forwarder, TimeProvider clock)
    : SiteStateActor(self, forwarder, clock), IGrainBase, ISiteStateGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}
