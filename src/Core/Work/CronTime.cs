using Quartz;

namespace ForgeOrleans.Work;

/// <summary>Cron expressions, as Quartz reads them.</summary>
internal static class CronTime
{
    /// <summary>The next time that an expression names, or null when there is none any more.</summary>
    public static DateTimeOffset? After(string cron, string? timeZone, DateTimeOffset time) =>
        Parse(cron, timeZone).GetNextValidTimeAfter(time)?.ToUniversalTime();

    /// <exception cref="ForgeException">The expression or the time zone is not known.</exception>
    public static CronExpression Parse(string cron, string? timeZone)
    {
        if (!CronExpression.TryParse(cron, out var expression))
            throw new ForgeException(
                ForgeErrorCode.InvalidRequest,
                $"'{cron}' is no cron expression. It has six fields, seconds first, and one of the two days is '?': '0 30 2 ? * MON-FRI' is 2:30 on working days.");
        if (timeZone is null)
            return expression!.WithTimeZone(TimeZoneInfo.Utc);
        return TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone)
            ? expression!.WithTimeZone(zone)
            : throw new ForgeException(ForgeErrorCode.InvalidRequest, $"There is no time zone '{timeZone}'. Use an IANA name such as 'Europe/Berlin'.");
    }
}
