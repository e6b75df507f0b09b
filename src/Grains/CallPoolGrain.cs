using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Grains;

/// <summary>An app's points of the hour as a grain.</summary>
[Alias("ForgeOrleans.CallPool")]
public interface ICallPoolGrain : ICallPool, IGrainWithStringKey;

/// <inheritdoc cref="CallPoolActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
/// <param name="options">How many points are assumed.</param>
/// <param name="clock">Tells the hour.</param>
[GrainType("call-pool")]
public sealed class CallPoolGrain(IGrainContext context, ActorContext self, IOptions<CallLimitOptions> options, TimeProvider clock)
    : CallPoolActor(self, options, clock), IGrainBase, ICallPoolGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
