using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;

namespace ForgeOrleans.Grains;

/// <summary>An installation as a grain.</summary>
[Alias("ForgeOrleans.Installation")]
public interface IInstallationGrain : IInstallationActor, IGrainWithStringKey;

/// <inheritdoc cref="InstallationActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="alarm">Takes the reminder's ticks.</param>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="actors">Finds the index.</param>
/// <param name="protection">Encrypts tokens at rest.</param>
/// <param name="clock">Tells which tokens have expired.</param>
[GrainType("installation")]
public sealed class InstallationGrain(
    IGrainContext context, GrainAlarm alarm, ActorContext self, IActors actors, ITokenProtection protection, TimeProvider clock)
    : InstallationActor(self, actors, protection, clock), IGrainBase, IInstallationGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}
