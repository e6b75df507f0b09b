namespace ForgeOrleans.RealmMigrations;

/// <summary>The platform's codes for what became of a migration (contract section 9). A code ends the platform's repetitions.</summary>
public static class RealmMigrationErrors
{
    /// <summary>The migration was not scheduled.</summary>
    public const string NotScheduled = "E0001";

    /// <summary>The app does not keep data in that region.</summary>
    public const string RegionNotSupported = "E0002";

    /// <summary>The app does not migrate data.</summary>
    public const string NotSupported = "E0003";

    /// <summary>Too many sites of the app are migrated at once.</summary>
    public const string TooManyAtOnce = "E0004";

    /// <summary>Anything else.</summary>
    public const string Other = "E9999";
}
