namespace ForgeOrleans.Work;

/// <summary>
/// A piece of work: a delivery of the platform, or one that the app gave itself. It holds verified facts and a payload, never a Forge Invocation
/// Token and never an access token.
/// </summary>
public sealed record WorkItem
{
    /// <summary>The most bytes of a payload: 1 MB. The platform's events have at most 200 kB (contract section 7).</summary>
    public const int LargestPayload = 1024 * 1024;

    /// <summary>
    /// How deep a payload may be nested. JSON readers stop at 64 unless they are told otherwise, and a payload is read within what is around it.
    /// </summary>
    public const int DeepestPayload = 50;

    /// <summary>The most characters of an ordering key and of a de-duplication key.</summary>
    public const int LongestKey = 500;

    /// <summary>Identifies the item in all its attempts, and nothing else ever.</summary>
    public required string ItemId { get; init; }

    /// <summary>What kind of work: one of <see cref="WorkKind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is among its kind: the event's type, the trigger's key, the lifecycle change, the job's name.</summary>
    public required string Key { get; init; }

    /// <summary>The path that it was delivered to, by which the handler is found. Null for work that was not delivered.</summary>
    public string? Path { get; init; }

    /// <summary>Items with the same ordering key run one after another. Null runs beside everything.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>An item with the key of one that is still remembered is a duplicate. Null never is.</summary>
    public string? DeduplicationKey { get; init; }

    /// <summary>How its de-duplication key counts.</summary>
    public Deduplication Deduplication { get; init; }

    /// <summary>For a trigger: how often the platform fires it, if that is known.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The schedule of the site's own that started it, by its name. Null for all other work.</summary>
    public string? Schedule { get; init; }

    /// <summary>Not to be run before this time. Null runs as soon as its turn comes.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>It was a dead letter once, and an operator has decided that it is tried again.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset AcceptedAt { get; init; }

    /// <summary>What the token said with which it was delivered. Of a job only when that was issued in whose invocation it was given.</summary>
    public WorkOrigin? Origin { get; init; }

    /// <summary>The payload, JSON as UTF-8.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Says which item it is.</summary>
    public override string ToString() => $"{Kind} '{Key}' {ItemId}";
}

/// <summary>What kinds of work there are. More may come: what this version does not know waits for one that does.</summary>
public static class WorkKind
{
    /// <summary>A product event (contract section 7).</summary>
    public const string Event = "event";

    /// <summary>A run of a scheduled trigger (contract section 10).</summary>
    public const string Trigger = "trigger";

    /// <summary>A change in the life of the installation (contract section 8).</summary>
    public const string Lifecycle = "lifecycle";

    /// <summary>Work that the app gave itself.</summary>
    public const string Job = "job";

    /// <summary>A part of a realm migration (contract section 9).</summary>
    public const string Migration = "migration";
}

/// <summary>When an item whose de-duplication key is known counts as a duplicate. <c>docs/work.md</c> lists the keys.</summary>
public enum Deduplication
{
    /// <summary>Always, for 24 hours after the first.</summary>
    Always,

    /// <summary>
    /// An event whose content does not tell it from another one with the same content: only if this delivery or the first was marked as a repeated
    /// one by a <c>retryContext</c> and they came within 10 minutes, or both came with the same token.
    /// </summary>
    OnlyRepetitions,

    /// <summary>A scheduled trigger: within half its interval, or while the run of the first is not over.</summary>
    WithinInterval,
}

/// <summary>What the Forge Invocation Token of a delivery said, apart from what it says of the installation.</summary>
/// <param name="IssuedAt">When the token was issued.</param>
/// <param name="TokenId">Its <c>jti</c>.</param>
/// <param name="ModuleType">The module's type.</param>
/// <param name="ModuleKey">The module's key.</param>
/// <param name="AppVersion">The version of the app.</param>
/// <param name="IsRepetition">The delivery was marked as a repeated one.</param>
/// <param name="TraceParent">The trace that it belongs to, as W3C writes it.</param>
/// <param name="ContextJson">The claim <c>context</c>; empty when it was absent.</param>
public sealed record WorkOrigin(
    DateTimeOffset IssuedAt,
    string? TokenId = null,
    string? ModuleType = null,
    string? ModuleKey = null,
    string? AppVersion = null,
    bool IsRepetition = false,
    string? TraceParent = null,
    ReadOnlyMemory<byte> ContextJson = default);
