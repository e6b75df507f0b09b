using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.Options;
using Orleans.Placement;

namespace ForgeOrleans.Grains;

/// <summary>A site's gate for product calls as a grain.</summary>
[Alias("ForgeOrleans.CallGate")]
public interface ICallGateGrain : ICallGate, IGrainWithStringKey;

/// <inheritdoc cref="CallGateActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">Key and rows.</param>
/// <param name="actors">Finds the app's points.</param>
/// <param name="options">What is assumed of limits.</param>
/// <param name="clock">Measures time.</param>
// Every call of a site asks here, so gates are spread over all silos and not put where memory is free.
[GrainType("call-gate"), RandomPlacement]
public sealed class CallGateGrain(IGrainContext context, ActorContext self, IActors actors, IOptions<CallLimitOptions> options, TimeProvider clock)
    : CallGateActor(self, actors, options, clock), IGrainBase, ICallGateGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
