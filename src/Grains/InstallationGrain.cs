using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Grains;

/// <summary>An installation as a grain.</summary>
[Alias("ForgeOrleans.Installation")]
public interface IInstallationGrain : IInstallationActor, IGrainWithStringKey;

/// <inheritdoc cref="InstallationActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="alarm">Takes the reminder's ticks.</param>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="actors">Finds the index, the site's documents and its work.</param>
/// <param name="handlers">Knows whether somebody is to be told of changes in its life.</param>
/// <param name="protection">Encrypts tokens at rest.</param>
/// <param name="options">How long what takes in its life.</param>
/// <param name="clock">Tells which tokens have expired.</param>
/// <param name="logger">Takes what an operator should know.</param>
[GrainType("installation")]
public sealed class InstallationGrain(
    IGrainContext context,
    GrainAlarm alarm,
    ActorContext self,
    IActors actors,
    DeferredHandlers handlers,
    ITokenProtection protection,
    IOptions<LifecycleOptions> options,
    TimeProvider clock,
    ILogger<InstallationActor> logger)
    : InstallationActor(self, actors, handlers, protection, options, clock, logger), IGrainBase, IInstallationGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}
