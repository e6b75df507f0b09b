using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;

namespace ForgeOrleans.Grains;

/// <summary>A shard of the installation index as a grain.</summary>
[Alias("ForgeOrleans.InstallationIndex")]
public interface IInstallationIndexGrain : IInstallationIndex, IGrainWithStringKey;

/// <inheritdoc cref="InstallationIndexActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
[GrainType("installation-index")]
public sealed class InstallationIndexGrain(IGrainContext context, ActorContext self)
    : InstallationIndexActor(self), IGrainBase, IInstallationIndexGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
