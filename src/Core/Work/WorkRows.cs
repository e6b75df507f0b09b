using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Work;

/// <summary>The names of a queue's rows, and what is in them.</summary>
/// <remarks>
/// <code>
/// queue                          the counters
/// item/{line}/{position}         an item, where it stands in the line of its ordering key; never changed
/// ready/{due}/{position}         the head of a line that may run at that time
/// first/{due}/{position}         the same of a change in the installation's life: it runs before others, and of a stopped queue too
/// running/{position}             the head of a line that is leased
/// blocked/{reason}/{due}/{position}  the head of a line that waits for a token or a handler, until that time at the most;
///                                a change in the installation's life has a reason of its own, as it is looked at in a stopped queue too
/// later/{due}/{position}         an item that joins its line at that time
/// checkpoint/{itemId}            how far a handler has come
/// dead/{itemId}                  a dead letter
/// seen/{bucket}/{key}            a de-duplication key that is remembered
/// trigger/{key}                  when a scheduled trigger ran
/// schedule/{name}                a schedule of the site's own
/// scheduled/{due}/{name}         when it runs next
/// </code>
/// Only the head of a line has a row beside its item, so that a line of ten thousand costs what a line of one does.
/// </remarks>
internal static class WorkRows
{
    public const string Queue = "queue";
    public const string AllReady = "ready/";
    public const string AllFirst = "first/";
    public const string AllRunning = "running/";
    public const string BlockedByToken = "blocked/token/";
    public const string BlockedByHandler = "blocked/handler/";
    public const string FirstBlockedByToken = "blocked/first-token/";
    public const string FirstBlockedByHandler = "blocked/first-handler/";
    public const string AllLater = "later/";
    public const string AllDead = "dead/";
    public const string AllTriggers = "trigger/";
    public const string AllSchedules = "schedule/";
    public const string AllScheduled = "scheduled/";

    public static string Line(string line) => $"item/{line}/";

    public static string Item(string line, long position) => $"item/{line}/{position:x16}";

    public static string Ready(DateTimeOffset due, long position) => $"ready/{Time(due)}/{position:x16}";

    public static string First(DateTimeOffset due, long position) => $"first/{Time(due)}/{position:x16}";

    public static string Blocked(string reason, DateTimeOffset due, long position) => $"{reason}{Time(due)}/{position:x16}";

    public static string Running(long position) => $"running/{position:x16}";

    public static string Later(DateTimeOffset due, long position) => $"later/{Time(due)}/{position:x16}";

    public static string Checkpoint(string itemId) => $"checkpoint/{itemId}";

    public static string Dead(string itemId) => $"dead/{itemId}";

    public static string SeenIn(int bucket) => $"seen/{bucket:x8}/";

    public static string Seen(int bucket, string key) => $"{SeenIn(bucket)}{Hash(key)}";

    public static string Trigger(string key) => $"trigger/{key}";

    public static string Schedule(string name) => $"schedule/{name}";

    public static string Scheduled(DateTimeOffset due, string name) => $"scheduled/{Time(due)}/{name}";

    /// <summary>The line that an item stands in: a fixed length, so that no key's rows are among another's.</summary>
    public static string LineOf(WorkItem item) => Hash(item.OrderingKey is { } key ? $"key/{key}" : $"item/{item.ItemId}");

    public static long PositionIn(string name) => long.Parse(name.AsSpan()[(name.LastIndexOf('/') + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The time in a row's name, which stands behind what the names of its kind begin with.</summary>
    public static DateTimeOffset DueIn(string name, string prefix) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(name.AsSpan(prefix.Length, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string Time(DateTimeOffset time) => $"{Math.Max(0, time.ToUnixTimeMilliseconds()):x16}";

    private static string Hash(string key) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}

/// <summary>What a newer version of this program has stored beside the rest stays as it is.</summary>
internal abstract record WorkRow
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The counters of a queue.</summary>
internal sealed record QueueRow : WorkRow
{
    public long NextPosition { get; init; }

    /// <summary>How many items there are that are neither done nor parked: those that run too.</summary>
    public long Waiting { get; init; }

    /// <summary>How many of them are leased.</summary>
    public int Running { get; init; }

    public long Dead { get; init; }

    public int Bucket { get; init; }

    public DateTimeOffset BucketSince { get; init; }

    public int BucketCount { get; init; }

    /// <summary>Of the buckets that keep keys this is the oldest that may have any.</summary>
    public int OldestBucket { get; init; }

    public bool IsStopped { get; init; }

    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>When an access token of the app last came while something waited for one.</summary>
    public DateTimeOffset? TokenAt { get; init; }

    /// <summary>What was there before then is being deleted.</summary>
    public bool IsErasing { get; init; }

    /// <summary>Nothing is run.</summary>
    [JsonIgnore]
    public bool RunsNothing => IsStopped || IsErasing;

    /// <summary>What the alarm was set to, in one commit with this.</summary>
    public DateTimeOffset? LookAt { get; init; }
}

/// <summary>The head of a line, and what it has been through.</summary>
internal sealed record HeadRow : WorkRow
{
    public required string Line { get; init; }

    public DateTimeOffset AcceptedAt { get; init; }

    /// <summary>How many attempts have begun: the number of the last one.</summary>
    public int Attempts { get; init; }

    /// <summary>How many of them failed since one last got on.</summary>
    public int Failures { get; init; }

    /// <summary>How many ended with their process, or their lease, since one last got on.</summary>
    public int Losses { get; init; }

    public string? Error { get; init; }

    public bool HasCheckpoint { get; init; }

    /// <summary>It is a change in the installation's life.</summary>
    public bool IsFirst { get; init; }

    /// <summary>When it was put here: what is to wait cannot wait longer than from here on.</summary>
    public DateTimeOffset Since { get; init; }
}

/// <summary>A lease.</summary>
internal sealed record RunRow : WorkRow
{
    public required HeadRow Head { get; init; }

    public required string ItemId { get; init; }

    public required string Kind { get; init; }

    public required string Key { get; init; }

    public string? Schedule { get; init; }

    /// <summary>It has saved a checkpoint that is not the one that it found.</summary>
    public bool HasGotOn { get; init; }

    public required string LeaseId { get; init; }

    public required string Process { get; init; }

    public DateTimeOffset StartedAt { get; init; }
}

/// <summary>A dead letter.</summary>
internal sealed record DeadRow : WorkRow
{
    public required WorkItem Item { get; init; }

    public int Attempts { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset ParkedAt { get; init; }

    public bool HasCheckpoint { get; init; }
}

/// <summary>A de-duplication key that is remembered.</summary>
internal sealed record SeenRow : WorkRow
{
    public required string ItemId { get; init; }

    public DateTimeOffset At { get; init; }

    public string? TokenId { get; init; }

    public bool WasRepetition { get; init; }
}

/// <summary>When a scheduled trigger ran.</summary>
internal sealed record TriggerRow : WorkRow
{
    public TimeSpan? Interval { get; init; }

    /// <summary>The item whose run is not over.</summary>
    public string? ItemId { get; init; }

    /// <summary>The item of the last run.</summary>
    public string? LastItemId { get; init; }

    /// <summary>When that was accepted; deliveries after it may have been merged with it.</summary>
    public DateTimeOffset LastAccepted { get; init; }

    public DateTimeOffset LastDelivered { get; init; }

    public DateTimeOffset? LastStarted { get; init; }

    public DateTimeOffset? LastFinished { get; init; }

    public string? Outcome { get; init; }

    public TimeSpan? Duration { get; init; }

    public long? Items { get; init; }
}

/// <summary>A schedule of the site's own.</summary>
internal sealed record ScheduleRow : WorkRow
{
    public required WorkSchedule Schedule { get; init; }

    /// <summary>The item whose run is not over.</summary>
    public string? ItemId { get; init; }
}
