namespace ForgeOrleans.Emulator.Limits;

/// <summary>The points that were used since the top of the UTC hour.</summary>
internal sealed class HourlyPoints
{
    private long _hour;
    private long _used;

    public static DateTimeOffset Reset(DateTimeOffset now) => new((Hour(now) + 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);

    public long Used(DateTimeOffset now)
    {
        if (Hour(now) != _hour)
        {
            (_hour, _used) = (Hour(now), 0);
        }

        return _used;
    }

    public void Add(DateTimeOffset now, int points) => _used = Used(now) + points;

    private static long Hour(DateTimeOffset now) => now.UtcTicks / TimeSpan.TicksPerHour;
}
