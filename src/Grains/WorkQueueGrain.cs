using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace ForgeOrleans.Grains;

/// <summary>The work of a site as a grain.</summary>
[Alias("ForgeOrleans.WorkQueue")]
public interface IWorkQueueGrain : IWorkQueue, IGrainWithStringKey;

/// <inheritdoc cref="WorkQueueActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="alarm">Takes the reminder's ticks.</param>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="runner">Runs work on this silo.</param>
/// <param name="processes">Knows which silos are gone.</param>
/// <param name="options">How often and how soon work is tried again.</param>
/// <param name="clock">Tells what is due.</param>
// Where a queue lives its handlers run. By default all new ones would go to the silo that started last, which uses the least memory.
[GrainType("work-queue"), RandomPlacement]
public sealed class WorkQueueGrain(
    IGrainContext context, GrainAlarm alarm, ActorContext self, WorkRunner runner, IProcesses processes, IOptions<WorkOptions> options, TimeProvider clock)
    : WorkQueueActor(self, runner, processes, options, clock), IGrainBase, IWorkQueueGrain, IRemindable
{
    IGrainContext IGrainBase.GrainContext => context;

    Task IRemindable.ReceiveReminder(string reminderName, TickStatus status) => alarm.RingAsync(this);
}
