namespace ForgeOrleans.Api.RealmMigrations;

/// <summary>A hook that the platform calls below the path of a module <c>migration:dataResidency</c> (contract section 9).</summary>
/// <param name="Method">Its method.</param>
/// <param name="Name">What stands behind the module's path.</param>
internal sealed record MigrationHook(string Method, string Name)
{
    public static MigrationHook Schedule { get; } = new("POST", "schedule");

    public static MigrationHook Start { get; } = new("POST", "start");

    public static MigrationHook Status { get; } = new("GET", "status");

    public static MigrationHook Commit { get; } = new("POST", "commit");

    public static MigrationHook Rollback { get; } = new("POST", "rollback");

    public static IReadOnlyList<MigrationHook> All { get; } = [Schedule, Start, Status, Commit, Rollback];
}
