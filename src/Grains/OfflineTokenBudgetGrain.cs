using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Grains;

/// <summary>How often an app asks for tokens of users, as a grain.</summary>
[Alias("ForgeOrleans.OfflineTokenBudget")]
public interface IOfflineTokenBudgetGrain : IOfflineTokenBudget, IGrainWithStringKey;

/// <inheritdoc cref="OfflineTokenBudgetActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
/// <param name="options">How much may be asked in a minute.</param>
/// <param name="clock">Tells what is long ago.</param>
[GrainType("offline-token-budget")]
public sealed class OfflineTokenBudgetGrain(IGrainContext context, ActorContext self, IOptions<ProductApiOptions> options, TimeProvider clock)
    : OfflineTokenBudgetActor(self, options, clock), IGrainBase, IOfflineTokenBudgetGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
