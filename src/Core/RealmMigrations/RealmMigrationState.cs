namespace ForgeOrleans.RealmMigrations;

/// <summary>Where a migration stands.</summary>
/// <remarks>
/// <code>
/// Scheduling ─→ Scheduled ─→ Running ─→ ReadyToCommit ─→ Committed
///     └→ Refused                 └→ Failed ←─┘
///              any but Committed ─→ RollingBack ─→ RolledBack
/// </code>
/// What was refused or rolled back, or has only been scheduled, may be scheduled anew with another plan.
/// </remarks>
public enum RealmMigrationState
{
    /// <summary>The app is being asked.</summary>
    Scheduling,

    /// <summary>The app has agreed.</summary>
    Scheduled,

    /// <summary>The app has refused it when it was scheduled.</summary>
    Refused,

    /// <summary>The data is being copied.</summary>
    Running,

    /// <summary>The data has been copied.</summary>
    ReadyToCommit,

    /// <summary>Copying or committing has failed.</summary>
    Failed,

    /// <summary>The data in the other region counts.</summary>
    Committed,

    /// <summary>What was copied is being deleted.</summary>
    RollingBack,

    /// <summary>All is as it was before.</summary>
    RolledBack,
}
