using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Work;

/// <summary>Work to accept, all or none.</summary>
/// <param name="Items">At most <see cref="MostItems"/>.</param>
public sealed record WorkBatch(IReadOnlyList<WorkItem> Items)
{
    /// <summary>The most items of a batch: with the rows that each needs they make one commit.</summary>
    public const int MostItems = 16;
}

/// <summary>What became of a batch.</summary>
/// <param name="Items">For each of its items, in the same order.</param>
/// <param name="IsStopped">The queue is stopped, for the app was uninstalled or the site's data erased: they wait until an invocation brings the installation back.</param>
public sealed record Acceptance(IReadOnlyList<AcceptedItem> Items, bool IsStopped = false);

/// <summary>What became of an item.</summary>
/// <param name="ItemId">Its id; of a duplicate, the id of the first.</param>
/// <param name="IsDuplicate">An item with its de-duplication key is known: it is not run again.</param>
public sealed record AcceptedItem(string ItemId, bool IsDuplicate);

/// <summary>Asks for items to run.</summary>
/// <param name="Process">Who runs them, as <c>IProcesses</c> names processes.</param>
/// <param name="Most">How many at the most.</param>
public sealed record LeaseRequest(string Process, int Most);

/// <summary>Items to run.</summary>
/// <param name="Leases">A lease for each.</param>
/// <param name="HasMore">More is ready: it could run now, or as soon as one of the site's that run has ended.</param>
public sealed record LeasedWork(IReadOnlyList<WorkLease> Leases, bool HasMore);

/// <summary>The right and the duty to run an item.</summary>
/// <param name="LeaseId">Tells this lease from all others that the item had or will have.</param>
/// <param name="Position">Where the item stands; names it in later calls.</param>
/// <param name="Attempt">Which attempt this is, from 1.</param>
/// <param name="Item">The item.</param>
/// <param name="Checkpoint">What an earlier attempt saved, or null.</param>
public sealed record WorkLease(string LeaseId, long Position, int Attempt, WorkItem Item, ReadOnlyMemory<byte>? Checkpoint);

/// <summary>Names a lease.</summary>
/// <param name="Position">The item's position.</param>
/// <param name="LeaseId">The lease.</param>
/// <param name="Progress">How far the handler is, in its own words; null when it has not said.</param>
public sealed record LeaseName(long Position, string LeaseId, WorkProgress? Progress = null);

/// <summary>How far a handler is.</summary>
/// <param name="Items">How many things it has dealt with.</param>
/// <param name="Message">What it is at, in a few words.</param>
public sealed record WorkProgress(long Items, string? Message);

/// <summary>Keeps leases.</summary>
/// <param name="Leases">Which.</param>
public sealed record RenewRequest(IReadOnlyList<LeaseName> Leases);

/// <summary>What became of leases.</summary>
/// <param name="Lost">The positions of those that are not held any more: their handlers must stop.</param>
public sealed record LeaseRenewal(IReadOnlyList<long> Lost);

/// <summary>Stores a checkpoint.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Utf8Json">The checkpoint.</param>
public sealed record CheckpointRequest(LeaseName Lease, ReadOnlyMemory<byte> Utf8Json);

/// <summary>What came of a lease.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Error">What failed, for the operator.</param>
/// <param name="RetryAfter">When another attempt may succeed, if that is known.</param>
public sealed record WorkReport(LeaseName Lease, WorkOutcome Outcome, string? Error = null, TimeSpan? RetryAfter = null);

/// <summary>What came of an attempt.</summary>
public enum WorkOutcome
{
    /// <summary>The item is done.</summary>
    Done,

    /// <summary>It failed, and is tried again.</summary>
    Failed,

    /// <summary>It failed, and would fail again: it becomes a dead letter.</summary>
    FailedForGood,

    /// <summary>The site has no access token of the app: it waits for one. That was no attempt.</summary>
    NoToken,

    /// <summary>This version has no handler for it: it waits for one that has. That was no attempt.</summary>
    NoHandler,

    /// <summary>The process stops: another goes on with it at once. That was no attempt.</summary>
    HandedOn,
}

/// <summary>Whether what a lease said counts.</summary>
/// <param name="IsHeld">The lease was held, and it counts. Otherwise the item has been given to another, or is gone.</param>
public sealed record ReportAnswer(bool IsHeld);

/// <summary>An access token of the app has come.</summary>
public sealed record ResumeRequest
{
    /// <summary>The only one there is.</summary>
    public static ResumeRequest Instance { get; } = new();
}

/// <summary>Asks a queue how it stands.</summary>
public sealed record QueueRequest
{
    /// <summary>The only one there is.</summary>
    public static QueueRequest Instance { get; } = new();
}

/// <summary>How a queue stands.</summary>
/// <param name="Waiting">How many items wait: for their turn, their time, a token or a handler.</param>
/// <param name="Running">How many run.</param>
/// <param name="DeadLetters">How many were parked.</param>
/// <param name="OldestAcceptedAt">When the oldest of those that wait or run was accepted.</param>
/// <param name="WaitingForToken">At least one waits for an access token of the app.</param>
/// <param name="WaitingForHandler">At least one waits for a version that has a handler for it.</param>
/// <param name="IsStopped">Nothing is run but changes in the installation's life: the app was uninstalled.</param>
/// <param name="Triggers">When every trigger ran.</param>
/// <param name="Schedules">The site's own schedules.</param>
/// <param name="Runs">What runs now.</param>
public sealed record QueueDescription(
    long Waiting,
    int Running,
    long DeadLetters,
    DateTimeOffset? OldestAcceptedAt,
    bool WaitingForToken,
    bool WaitingForHandler,
    bool IsStopped,
    IReadOnlyList<TriggerRecord> Triggers,
    IReadOnlyList<WorkSchedule> Schedules,
    IReadOnlyList<RunningItem> Runs);

/// <summary>An item that runs.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">What it is among its kind.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="Process">Where.</param>
/// <param name="Progress">How far it is, if its handler says.</param>
public sealed record RunningItem(
    string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, string Process, WorkProgress? Progress);

/// <summary>When a scheduled trigger of the platform ran on this site.</summary>
/// <param name="Key">The trigger's key in the manifest.</param>
/// <param name="LastDelivered">When the platform last fired it.</param>
/// <param name="LastStarted">When its last run, or attempt of a run, began.</param>
/// <param name="LastFinished">When that ended.</param>
/// <param name="Outcome">What came of it: <c>succeeded</c>, <c>failed</c>, <c>dead letter</c>, <c>waits for a token</c>, <c>waits for a handler</c>, <c>handed on</c>; null while it runs for the first time.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Items">How many things it dealt with, if its handler says.</param>
/// <param name="NextExpected">When the platform should fire it again, if its interval is known.</param>
/// <param name="IsMissed">It was not fired for more than two intervals.</param>
public sealed record TriggerRecord(
    string Key,
    DateTimeOffset LastDelivered,
    DateTimeOffset? LastStarted,
    DateTimeOffset? LastFinished,
    string? Outcome,
    TimeSpan? Duration,
    long? Items,
    DateTimeOffset? NextExpected,
    bool IsMissed);

/// <summary>Asks for dead letters.</summary>
/// <param name="After">Begin behind this item.</param>
/// <param name="Limit">How many at the most.</param>
public sealed record DeadLetterQuery(string? After = null, int Limit = 100);

/// <summary>Dead letters.</summary>
/// <param name="DeadLetters">The dead letters, the oldest first.</param>
/// <param name="Next">The item to go on behind, or null at the end.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? Next);

/// <summary>An item that was parked: nobody tries it again until an operator decides.</summary>
/// <param name="Item">The item.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">What failed the last time.</param>
/// <param name="ParkedAt">Since when it is parked.</param>
public sealed record DeadLetter(WorkItem Item, int Attempts, string? Error, DateTimeOffset ParkedAt);

/// <summary>Which dead letters.</summary>
/// <param name="ItemId">One; null means the oldest, some at a time.</param>
/// <param name="After">Of the oldest, those behind this item: the last answer's <see cref="DeadLetterAnswer.Next"/>.</param>
/// <param name="Before">Of the oldest, those that were parked by then: what fails again meanwhile is left alone. Null means all.</param>
public sealed record DeadLetterChoice(string? ItemId = null, string? After = null, DateTimeOffset? Before = null);

/// <summary>What became of dead letters.</summary>
/// <param name="Count">How many it were; 0 when there is no such dead letter.</param>
/// <param name="HasMore">There are others.</param>
/// <param name="Next">The item to go on behind, or null at the end.</param>
public sealed record DeadLetterAnswer(int Count, bool HasMore, string? Next = null);

/// <summary>Asks for a schedule.</summary>
/// <param name="Name">Its name.</param>
public sealed record ScheduleRequest(string Name);

/// <summary>What became of a schedule.</summary>
/// <param name="Existed">There was one with this name.</param>
/// <param name="Schedule">The schedule as it is now, with its next time; null when it was removed.</param>
public sealed record ScheduleAnswer(bool Existed, WorkSchedule? Schedule);

/// <summary>Stops work or lets it go on.</summary>
/// <param name="IsStopped">Whether it stops.</param>
public sealed record SwitchRequest(bool IsStopped);

/// <summary>Asks for a page of an export.</summary>
/// <param name="After">Go on behind this: the last page's <see cref="ExportPage.Next"/>.</param>
public sealed record ExportQuery(string? After = null);

/// <summary>A page of an export.</summary>
/// <param name="Rows">What is kept, by the name under which it is kept.</param>
/// <param name="Next">Where to go on, or null at the end.</param>
public sealed record ExportPage(IReadOnlyList<ExportedRow> Rows, string? Next);

/// <summary>Something that is kept.</summary>
/// <param name="Name">Under which name.</param>
/// <param name="Value">What.</param>
public sealed record ExportedRow(string Name, [property: JsonRequired] JsonElement Value);

/// <summary>Erases what is kept.</summary>
/// <param name="DecidedAt">When that was decided.</param>
public sealed record ErasureRequest(DateTimeOffset DecidedAt);

/// <summary>How far an erasure is.</summary>
/// <param name="IsComplete">Nothing is left.</param>
public sealed record ErasureAnswer(bool IsComplete);
