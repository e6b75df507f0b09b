using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>The documents of a site as a grain.</summary>
[Alias("ForgeOrleans.SiteState")]
public interface ISiteStateGrain : ISiteStateActor, IGrainWithStringKey;

/// <inheritdoc cref="SiteStateActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
/// <param name="clock">Tells how long ago a commit was made.</param>
[GrainType("site-state")]
public sealed class SiteStateGrain(IGrainContext context, ActorContext self, TimeProvider clock)
    : SiteStateActor(self, clock), IGrainBase, ISiteStateGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
