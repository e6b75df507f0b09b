namespace ForgeOrleans.Work;

/// <summary>A schedule of a site's own, beyond the platform's four intervals: it starts a job again and again.</summary>
public sealed record WorkSchedule
{
    /// <summary>Its name on this site: 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The job that it starts.</summary>
    public required string Job { get; init; }

    /// <summary>Every so often; or null where <see cref="Cron"/> says when. At least a minute.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>A cron expression as Quartz reads it, such as <c>0 30 2 ? * MON-FRI</c>; or null where <see cref="Every"/> says when.</summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of <see cref="Cron"/>, by its IANA name; UTC unless set.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The jobs' payload, JSON as UTF-8.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The jobs' ordering key; the schedule's own unless set, so that a run waits for the one before.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>
    /// When the token was issued of the invocation that sets it: one from before an erasure sets none. Null is not looked at. The queue does not keep it.
    /// </summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When it runs next. Set by the queue.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>When it last ran. Set by the queue.</summary>
    public DateTimeOffset? Last { get; init; }

    internal bool IsSameTime(WorkSchedule other) => Every == other.Every && Cron == other.Cron && TimeZone == other.TimeZone;

    /// <summary>The first time after now. An interval is counted on from when it was due last, however late that was.</summary>
    internal DateTimeOffset? After(DateTimeOffset due, DateTimeOffset now) => Every is { } interval
        ? due + (interval * (Math.Max(0, (now - due).Ticks / Math.Max(1, interval.Ticks)) + 1))
        : CronTime.After(Cron!, TimeZone, now);

    internal WorkItem Start(DateTimeOffset due, DateTimeOffset now) => new()
    {
        ItemId = Guid.CreateVersion7(now).ToString(),
        Kind = WorkKind.Job,
        Key = Job,
        Schedule = Name,
        OrderingKey = OrderingKey ?? $"schedule/{Name}",
        AcceptedAt = due,
        Payload = Payload,
    };
}
