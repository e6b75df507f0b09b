namespace ForgeOrleans.Work;

/// <summary>When a schedule starts its job.</summary>
public sealed record WorkTime
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private WorkTime()
    {
    }

    internal TimeSpan? Interval { get; private init; }

    internal string? Expression { get; private init; }

    internal string? TimeZone { get; private init; }

    /// <summary>Every so often, counted from when it was set.</summary>
    /// <param name="interval">At least a minute.</param>
    /// <exception cref="ForgeException">It is shorter.</exception>
    public static WorkTime Every(TimeSpan interval) => interval >= Shortest
        ? new() { Interval = interval }
        : throw new ForgeException(ForgeErrorCode.InvalidRequest, $"A schedule runs once a minute at the most; {interval} was asked for.");

    /// <summary>By a cron expression.</summary>
    /// <param name="expression">As Quartz reads it, seconds first: <c>0 30 2 ? * MON-FRI</c> is 2:30 on working days.</param>
    /// <param name="timeZone">An IANA name such as <c>Europe/Berlin</c>; UTC unless given.</param>
    /// <exception cref="ForgeException">The expression or the time zone is not known, or it runs more often than once a minute.</exception>
    public static WorkTime Cron(string expression, string? timeZone = null)
    {
        CronTime.Parse(expression, timeZone);
        if (!expression.Trim().Split((char[]?)null)[0].All(char.IsAsciiDigit))
            throw new ForgeException(
                ForgeErrorCode.InvalidRequest, $"A schedule runs once a minute at the most, so the first field of its cron expression, the seconds, is one number; '{expression}' asks for more.");
        return new() { Expression = expression, TimeZone = timeZone };
    }
}
