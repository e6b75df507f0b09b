using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Grains;

/// <summary>The tokens of a site's users who are not in session, as a grain.</summary>
[Alias("ForgeOrleans.OfflineUsers")]
public interface IOfflineUsersGrain : IOfflineUsers, IGrainWithStringKey;

/// <inheritdoc cref="OfflineUsersActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's key.</param>
/// <param name="actors">Finds the app's budget.</param>
/// <param name="clock">Tells what has run out.</param>
/// <param name="logger">Takes what an operator should know.</param>
[GrainType("offline-users")]
public sealed class OfflineUsersGrain(IGrainContext context, ActorContext self, IActors actors, TimeProvider clock, ILogger<OfflineUsersActor> logger)
    : OfflineUsersActor(self, actors, clock, logger), IGrainBase, IOfflineUsersGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
