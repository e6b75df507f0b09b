using ForgeOrleans.Hosting;

namespace ForgeOrleans.Audit;

/// <summary>
/// The actor that remembers what operators have done to the sites of one app. Its key is the app's uuid: it belongs to no installation, so it
/// outlives all of them.
/// </summary>
public interface IAuditLog
{
    /// <summary>Writes an entry, or puts another in the place of the one with its id and time. Durable when the task completes.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Lists entries, the newest first.</summary>
    /// <param name="query">From where, how many, and of which installation.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<AuditPage> ListAsync(AuditQuery query, CancellationToken cancellationToken = default);
}

/// <summary>Something that an operator did. There is never a payload and never a token in it.</summary>
/// <param name="Id">Tells it from all other entries.</param>
/// <param name="At">When it began.</param>
/// <param name="Operator">Who, as they call themselves; null when they did not say.</param>
/// <param name="Action">What: <c>dead-letter.replay</c>, <c>installation.erase</c>, …</param>
/// <param name="InstallationId">To which installation.</param>
/// <param name="Subject">To what of it: the dead letter's item, the schedule's name, the former installation; null when to all.</param>
/// <param name="Outcome">One of <see cref="AuditOutcome"/>.</param>
/// <param name="Detail">How many it were, or which error it ended with; null when there is nothing to add.</param>
public sealed record AuditEntry(
    string Id,
    DateTimeOffset At,
    string? Operator,
    string Action,
    string InstallationId,
    string? Subject,
    string Outcome,
    string? Detail = null);

/// <summary>What came of what an operator did.</summary>
public static class AuditOutcome
{
    /// <summary>It was begun. One that stays so was under way when its process ended.</summary>
    public const string Started = "started";

    /// <summary>It was done.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>It was not done, or not to its end.</summary>
    public const string Failed = "failed";
}

/// <summary>Asks for entries.</summary>
/// <param name="InstallationId">Only those of this installation; null for all.</param>
/// <param name="After">Begin behind this entry: its <see cref="AuditedEntry.Position"/>.</param>
/// <param name="Limit">How many at the most.</param>
public sealed record AuditQuery(string? InstallationId = null, string? After = null, int Limit = 100);

/// <summary>Entries.</summary>
/// <param name="Entries">The entries, the newest first.</param>
/// <param name="Next">The position to go on behind, or null at the end. There may be more even where there are no entries.</param>
public sealed record AuditPage(IReadOnlyList<AuditedEntry> Entries, string? Next);

/// <summary>An entry and where it stands. Positions of all apps' logs are in one order.</summary>
/// <param name="Position">Where it stands; those that come later in a listing compare greater.</param>
/// <param name="Entry">The entry.</param>
public sealed record AuditedEntry(string Position, AuditEntry Entry);
