namespace ForgeOrleans.RealmMigrations;

/// <summary>How realm migrations are run: the section <c>Forge:RealmMigrations</c>.</summary>
public sealed class RealmMigrationOptions
{
    /// <summary>How many sites of an app are migrated at once, from their start to their commit or rollback. To start one more is answered <c>E0004</c>.</summary>
    public int AtOnce { get; set; } = 10;
}
