using ForgeOrleans.Hosting;
using ForgeOrleans.RealmMigrations;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Grains;

/// <summary>The slots for realm migrations of an app as a grain.</summary>
[Alias("ForgeOrleans.RealmMigrationSlots")]
public interface IRealmMigrationSlotsGrain : IRealmMigrationSlots, IGrainWithStringKey;

/// <inheritdoc cref="RealmMigrationSlotsActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
/// <param name="options">How many slots there are.</param>
/// <param name="clock">Tells whose time is over.</param>
[GrainType("realm-migration-slots")]
public sealed class RealmMigrationSlotsGrain(IGrainContext context, ActorContext self, IOptions<RealmMigrationOptions> options, TimeProvider clock)
    : RealmMigrationSlotsActor(self, options, clock), IGrainBase, IRealmMigrationSlotsGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
