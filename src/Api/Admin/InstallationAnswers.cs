using System.Text.Json;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Admin;

/// <summary>Installations.</summary>
/// <param name="Installations">The installations, in no order that means anything.</param>
/// <param name="NextCursor">Where to go on, or null at the end. There may be more even where there are none.</param>
internal sealed record InstallationList(IReadOnlyList<InstallationSummary> Installations, string? NextCursor);

/// <summary>An installation in a list.</summary>
internal sealed record InstallationSummary(
    string InstallationId,
    string? AppId,
    string? AppVersion,
    string? EnvironmentType,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    LifeState Life,
    IReadOnlyList<ProductContext> Contexts,
    QueueAnswer Queue,
    IReadOnlyList<string> MissedTriggers,
    bool HasStoppedReceivingTriggers);

/// <summary>All that an operator is told of an installation.</summary>
internal sealed record InstallationDetail(
    string InstallationId,
    string? AppId,
    string? AppVersion,
    string? EnvironmentId,
    string? EnvironmentType,
    LifeState Life,
    LifeAnswer LifeDetail,
    IReadOnlyList<ProductContext> Contexts,
    License? License,
    TokensAnswer Tokens,
    QueueAnswer Queue,
    IReadOnlyList<TriggerAnswer> Triggers,
    bool HasStoppedReceivingTriggers,
    IReadOnlyList<ScheduleOfSite> Schedules,
    IReadOnlyList<RunningItem> Running)
{
    // Contexts of an erased installation are not known any more.
    public static InstallationDetail Of(InstallationView view, DateTimeOffset now) => new(
        view.InstallationId,
        view.Facts?.AppId,
        view.Facts?.AppVersion,
        view.Facts?.EnvironmentId,
        view.Facts?.EnvironmentType,
        view.Life.State,
        LifeAnswer.Of(view.Life),
        view.Facts?.Contexts ?? [],
        view.Facts?.License,
        TokensAnswer.Of(view.Tokens),
        QueueAnswer.Of(view.Queue, now),
        [.. view.Queue.Triggers.Select(TriggerAnswer.Of)],
        view.HasStoppedReceivingTriggers,
        [.. view.Queue.Schedules.Select(ScheduleOfSite.Of)],
        view.Queue.Runs);
}

/// <summary>How an installation came to where it stands in its life.</summary>
internal sealed record LifeAnswer(
    DateTimeOffset Since,
    LifeCause Cause,
    DateTimeOffset? InstalledAt,
    DateTimeOffset? LastSeen,
    DateTimeOffset? RefusedSince,
    int? RefusedStatus,
    DateTimeOffset? EraseAt,
    DateTimeOffset? ErasedAt,
    bool IsErasing,
    IReadOnlyList<string> Former,
    IReadOnlyList<string> Later,
    Adoption? Adoption)
{
    public static LifeAnswer Of(InstallationLife life) => new(
        life.Since, life.Cause, life.InstalledAt, life.LastSeen, life.RefusedSince, life.RefusedStatus, life.EraseAt, life.ErasedAt, life.IsErasing, life.Former, life.Later,
        life.Adoption);
}

/// <summary>Until when a site's access tokens last; never the tokens.</summary>
/// <param name="System">The app's own, or null when the site has none.</param>
/// <param name="Users">Of how many users there are some.</param>
/// <param name="UsersUntil">When the last of those expires.</param>
internal sealed record TokensAnswer(TokenAnswer? System, int Users, DateTimeOffset? UsersUntil)
{
    public static TokensAnswer Of(TokenExpiries expiries) =>
        new(expiries.System is { } system ? new(system) : null, expiries.Users, expiries.UsersUntil);
}

/// <summary>Until when an access token lasts.</summary>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record TokenAnswer(DateTimeOffset ExpiresAt);

/// <summary>How much work there is.</summary>
internal sealed record QueueAnswer(
    long Waiting, int Running, long DeadLetters, long? OldestSeconds, bool WaitingForToken, bool WaitingForHandler, bool IsStopped)
{
    public static QueueAnswer Of(QueueDescription queue, DateTimeOffset now) => new(
        queue.Waiting,
        queue.Running,
        queue.DeadLetters,
        queue.OldestAcceptedAt is { } oldest ? Math.Max(0, (long)(now - oldest).TotalSeconds) : null,
        queue.WaitingForToken,
        queue.WaitingForHandler,
        queue.IsStopped);
}

/// <summary>When a scheduled trigger ran.</summary>
internal sealed record TriggerAnswer(
    string Key,
    DateTimeOffset LastDelivered,
    DateTimeOffset? LastStarted,
    DateTimeOffset? LastFinished,
    string? Outcome,
    double? DurationSeconds,
    long? Items,
    DateTimeOffset? NextExpected,
    bool IsMissed)
{
    public static TriggerAnswer Of(TriggerRecord trigger) => new(
        trigger.Key, trigger.LastDelivered, trigger.LastStarted, trigger.LastFinished, trigger.Outcome, trigger.Duration?.TotalSeconds, trigger.Items, trigger.NextExpected,
        trigger.IsMissed);
}

/// <summary>A schedule of the site's own.</summary>
internal sealed record ScheduleOfSite(
    string Name, string Job, double? EverySeconds, string? Cron, string? TimeZone, string? OrderingKey, DateTimeOffset? Last, DateTimeOffset? Next, JsonElement? Payload)
{
    public static ScheduleOfSite Of(WorkSchedule schedule) => new(
        schedule.Name, schedule.Job, schedule.Every?.TotalSeconds, schedule.Cron, schedule.TimeZone, schedule.OrderingKey, schedule.Last, schedule.Next,
        AdminJson.Element(schedule.Payload));
}
