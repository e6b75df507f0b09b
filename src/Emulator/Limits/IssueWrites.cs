namespace ForgeOrleans.Emulator.Limits;

/// <summary>The writes to one issue, counted in both of its windows.</summary>
internal sealed class IssueWrites
{
    public static readonly TimeSpan ShortLength = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan LongLength = TimeSpan.FromSeconds(30);

    public CallWindow Short { get; } = new(ShortLength);

    public CallWindow Long { get; } = new(LongLength);

    public void Add(DateTimeOffset now)
    {
        Short.Add(now);
        Long.Add(now);
    }

    /// <summary>What refuses the next write, and until when; null when nothing does.</summary>
    public (int Limit, DateTimeOffset Until)? Refuses(DateTimeOffset now, LimitSizes sizes)
    {
        var inShort = Short.FreeAt(now, sizes.IssueWritesShort);
        var inLong = Long.FreeAt(now, sizes.IssueWritesLong);
        return inLong is { } late && late >= (inShort ?? late) ? (sizes.IssueWritesLong, late)
            : inShort is { } soon ? (sizes.IssueWritesShort, soon)
            : null;
    }
}
