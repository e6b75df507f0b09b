using ForgeOrleans.Hosting;
using ForgeOrleans.RealmMigrations;

namespace ForgeOrleans.Grains;

/// <summary>The realm migrations of a site as a grain.</summary>
[Alias("ForgeOrleans.RealmMigration")]
public interface IRealmMigrationGrain : IRealmMigrationActor, IGrainWithStringKey;

/// <inheritdoc cref="RealmMigrationActor"/>
/// <param name="context">Orleans' side of this activation.</param>
/// <param name="self">The grain's rows.</param>
/// <param name="clock">Tells when a turn is over.</param>
[GrainType("realm-migration")]
public sealed class RealmMigrationGrain(IGrainContext context, ActorContext self, TimeProvider clock)
    : RealmMigrationActor(self, clock), IGrainBase, IRealmMigrationGrain
{
    IGrainContext IGrainBase.GrainContext => context;
}
