using System.Text.Json;

namespace ForgeOrleans.Cli;

// What of the API's answers is shown; docs/admin.md says what each means.

internal sealed record InstallationAnswer(
    string InstallationId,
    string? AppId,
    string? AppVersion,
    string? EnvironmentType,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    string Life,
    LifeDetailAnswer? LifeDetail,
    IReadOnlyList<ContextAnswer> Contexts,
    LicenseAnswer? License,
    TokensAnswer? Tokens,
    QueueAnswer Queue,
    IReadOnlyList<TriggerAnswer>? Triggers,
    IReadOnlyList<string>? MissedTriggers,
    bool HasStoppedReceivingTriggers,
    IReadOnlyList<ScheduleAnswer>? Schedules,
    IReadOnlyList<RunningAnswer>? Running);

internal sealed record LifeDetailAnswer(
    DateTimeOffset Since,
    string Cause,
    DateTimeOffset? InstalledAt,
    DateTimeOffset? LastSeen,
    DateTimeOffset? RefusedSince,
    int? RefusedStatus,
    DateTimeOffset? EraseAt,
    DateTimeOffset? ErasedAt,
    bool IsErasing,
    IReadOnlyList<string> Former,
    IReadOnlyList<string> Later,
    AdoptionAnswer? Adoption);

internal sealed record AdoptionAnswer(string From, bool IsComplete, long Copied, long Kept);

internal sealed record ContextAnswer(string Name, string? CloudId, string? WorkspaceId);

internal sealed record LicenseAnswer(bool? Active, string? Type, bool? IsEvaluation, string? SubscriptionEndDate, string? TrialEndDate, string? CapabilitySet);

internal sealed record TokensAnswer(TokenAnswer? System, int Users, DateTimeOffset? UsersUntil);

internal sealed record TokenAnswer(DateTimeOffset ExpiresAt);

internal sealed record QueueAnswer(long Waiting, int Running, long DeadLetters, long? OldestSeconds, bool WaitingForToken, bool WaitingForHandler, bool IsStopped);

internal sealed record TriggerAnswer(
    string Key,
    DateTimeOffset LastDelivered,
    DateTimeOffset? LastStarted,
    DateTimeOffset? LastFinished,
    string? Outcome,
    double? DurationSeconds,
    long? Items,
    DateTimeOffset? NextExpected,
    bool IsMissed);

internal sealed record ScheduleAnswer(string Name, string Job, double? EverySeconds, string? Cron, string? TimeZone, DateTimeOffset? Last, DateTimeOffset? Next);

internal sealed record RunningAnswer(string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, string Process, ProgressAnswer? Progress);

internal sealed record ProgressAnswer(long Items, string? Message);

internal sealed record DeadLetterAnswer(string ItemId, string Kind, string Key, int Attempts, string? Error, DateTimeOffset ParkedAt, JsonElement? Payload);

internal sealed record AuditAnswer(
    DateTimeOffset At, string? Operator, string Action, string InstallationId, string? Subject, string Outcome, string? Detail);

internal sealed record LimitsAnswer(IReadOnlyList<LimitAnswer> Limits);

internal sealed record LimitAnswer(
    string Product, string Scope, string? Of, double? Size, double? Left, BlockAnswer? Blocked, int Waiting, long Calls, long Waits, long Retries, long Refused);

internal sealed record BlockAnswer(DateTimeOffset Until, string? Reason, bool OnlyBackground);
