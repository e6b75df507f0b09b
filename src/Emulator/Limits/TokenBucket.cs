namespace ForgeOrleans.Emulator.Limits;

/// <summary>A bucket of tokens that fills evenly, kept as the one time at which it is full again.</summary>
internal sealed class TokenBucket
{
    private DateTimeOffset _full;

    /// <summary>When it is full again if nobody takes any.</summary>
    public DateTimeOffset Full(DateTimeOffset now) => _full > now ? _full : now;

    public int Left(DateTimeOffset now, int perSecond, int capacity)
    {
        var missing = (Full(now) - now).Ticks;
        var interval = Interval(perSecond);
        return (int)Math.Clamp(capacity - ((missing + interval - 1) / interval), 0, capacity);
    }

    /// <summary>Takes a token; where there is none left, the bucket stays empty.</summary>
    public void Take(DateTimeOffset now, int perSecond, int capacity)
    {
        var interval = Interval(perSecond);
        var empty = now.AddTicks(interval * capacity);
        var full = Full(now).AddTicks(interval);
        _full = full < empty ? full : empty;
    }

    /// <summary>When the next token is there; null when one is.</summary>
    public DateTimeOffset? FreeAt(DateTimeOffset now, int perSecond, int capacity) =>
        Left(now, perSecond, capacity) > 0 ? null : Full(now).AddTicks(-Interval(perSecond) * (capacity - 1L));

    private static long Interval(int perSecond) => Math.Max(1, TimeSpan.TicksPerSecond / perSecond);
}
