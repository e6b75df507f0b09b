using ForgeOrleans.Hosting;
using ForgeOrleans.Work;

namespace ForgeOrleans.RealmMigrations;

/// <summary>The actor that keeps where one site's migrations stand. Its key is the installation's uuid.</summary>
public interface IRealmMigrationActor
{
    /// <summary>Asks whose turn it is to call the app's code for a hook that is answered with what came of it. Called again, it keeps the turn.</summary>
    /// <param name="entry">The hook.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<HookTurn> EnterAsync(HookEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Ends such a turn with what came of it.</summary>
    /// <param name="exit">The turn, and what came of it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<HookTurn> LeaveAsync(HookExit exit, CancellationToken cancellationToken = default);

    /// <summary>Moves a migration on to another state, if it is in one that leads there; being there already counts as moved.</summary>
    /// <param name="step">Where to.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<MigrationAdvance> AdvanceAsync(MigrationStep step, CancellationToken cancellationToken = default);

    /// <summary>Tells where a migration stands.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The migration, or null when there is none.</returns>
    [Idempotent]
    Task<MigrationRecord?> DescribeAsync(MigrationQuery query, CancellationToken cancellationToken = default);

    /// <summary>Exports what is kept of the site's migrations.</summary>
    /// <param name="query">From where.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default);

    /// <summary>Erases some of what is kept; call it until nothing is left.</summary>
    /// <param name="request">When the erasure was decided.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default);
}

/// <summary>A hook whose answer is what the app's code says.</summary>
public enum RealmMigrationHook
{
    /// <summary>POST /schedule.</summary>
    Schedule,

    /// <summary>POST /commit.</summary>
    Commit,
}

/// <summary>Asks for the turn to run a hook.</summary>
/// <param name="Hook">The hook.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ClaimId">Tells this request from all others.</param>
/// <param name="Migration">What the platform plans, for <see cref="RealmMigrationHook.Schedule"/>.</param>
public sealed record HookEntry(RealmMigrationHook Hook, string MigrationId, string ClaimId, RealmMigration? Migration = null);

/// <summary>What to do about a hook.</summary>
public enum HookDecision
{
    /// <summary>It is answered: with the error code, or well when there is none.</summary>
    Answered,

    /// <summary>It is this request's turn to call the app's code, and to ask again before <see cref="HookTurn.ClaimLasts"/> is over.</summary>
    Run,

    /// <summary>Another request calls the app's code: ask again.</summary>
    Wait,
}

/// <summary>Whose turn it is.</summary>
/// <param name="Decision">What to do.</param>
/// <param name="ErrorCode">The answer's error code.</param>
/// <param name="Record">The migration as it stands; null when it is not known.</param>
public sealed record HookTurn(HookDecision Decision, string? ErrorCode = null, MigrationRecord? Record = null)
{
    /// <summary>How long a turn lasts unless it is kept: one whose process has died is another's then.</summary>
    public static readonly TimeSpan ClaimLasts = TimeSpan.FromSeconds(10);
}

/// <summary>What came of a turn.</summary>
public enum HookOutcome
{
    /// <summary>The app's code has ended well.</summary>
    Done,

    /// <summary>It has said no, or failed.</summary>
    Failed,

    /// <summary>It was cut off: whoever comes next calls it again.</summary>
    CutOff,
}

/// <summary>Ends a turn.</summary>
/// <param name="Hook">The hook.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ClaimId">The request whose turn it is.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="ErrorCode">The code, if it failed.</param>
public sealed record HookExit(RealmMigrationHook Hook, string MigrationId, string ClaimId, HookOutcome Outcome, string? ErrorCode = null);

/// <summary>Moves a migration on.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Round">Which of its plans; a step of another plan moves nothing.</param>
/// <param name="To">Where to.</param>
/// <param name="ErrorCode">Why, if it failed.</param>
/// <param name="Migration">What the platform said of it last, when it is started.</param>
public sealed record MigrationStep(string MigrationId, int Round, RealmMigrationState To, string? ErrorCode = null, RealmMigration? Migration = null);

/// <summary>What became of a step.</summary>
/// <param name="IsTaken">The migration is where the step leads.</param>
/// <param name="IsBusy">It is not because a hook is being run: try again.</param>
/// <param name="Record">The migration as it stands; null when it is not known.</param>
public sealed record MigrationAdvance(bool IsTaken, bool IsBusy = false, MigrationRecord? Record = null);

/// <summary>Asks for a migration.</summary>
/// <param name="MigrationId">Which; null is the site's current one: the one last started that is not over, or else the one last scheduled.</param>
public sealed record MigrationQuery(string? MigrationId = null);

/// <summary>A migration as it stands.</summary>
/// <param name="Migration">What the platform plans.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Round">Which of its plans this is, from 1.</param>
/// <param name="ChangedAt">Since when it stands there.</param>
/// <param name="ErrorCode">Why it was refused or has failed.</param>
public sealed record MigrationRecord(RealmMigration Migration, RealmMigrationState State, int Round, DateTimeOffset ChangedAt, string? ErrorCode = null);
