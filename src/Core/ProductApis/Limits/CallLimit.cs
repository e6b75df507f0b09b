namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// One limit of a product: when it lets a call through. Times are counted from any fixed moment by the time that passes, not by the time of day. It decides by
/// what it has granted and by what the product's answers say.
/// </summary>
/// <param name="name">What is limited.</param>
internal abstract class CallLimit(LimitName name)
{
    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForgetBackoffAfter = TimeSpan.FromMinutes(30);

    private TimeSpan _stoppedAt = -ForgetBackoffAfter;
    private TimeSpan _backoff = ShortestBackoff;

    public LimitName Name => name;

    /// <summary>Who waits here.</summary>
    public WaitingLine Line { get; } = new();

    /// <summary>Until when the product has forbidden it, if it has.</summary>
    public LimitBlock? Block { get; private set; }

    /// <summary>When it was last used.</summary>
    public TimeSpan UsedAt { get; private set; }

    public CallCounts Counts;

    /// <summary>How long a call must wait. Where others are ahead of it they come first.</summary>
    public TimeSpan Wait(in CallDemand demand, int ahead, TimeSpan now)
    {
        var blocked = BlockedFor(demand.IsBackground, now);
        // Behind a block all begin anew, so the end of the block alone would be too early for most.
        return blocked > TimeSpan.Zero ? blocked + Pace(ahead) : Free(demand, ahead, now);
    }

    /// <summary>How long a block holds such a call.</summary>
    public TimeSpan BlockedFor(bool isBackground, TimeSpan now) =>
        Block is { } block && block.Until > now && (isBackground || !block.IsOnlyForBackground) ? block.Until - now : TimeSpan.Zero;

    public void Take(in CallDemand demand, TimeSpan now)
    {
        UsedAt = now;
        Counts.Calls++;
        Grant(demand, now);
    }

    /// <summary>How long to leave it alone when the product forbids it and does not say for how long: longer every time.</summary>
    public TimeSpan Backoff(TimeSpan now)
    {
        // Calls that were on their way when it was forbidden are refused too, and say nothing new.
        if (_stoppedAt + _backoff - now is { Ticks: > 0 } left)
            return left;
        _backoff = now - _stoppedAt > ForgetBackoffAfter ? ShortestBackoff : _backoff < LongestBackoff / 2 ? _backoff * 2 : LongestBackoff;
        _stoppedAt = now;
        return _backoff;
    }

    /// <summary>The product forbids it for a time. A longer block stays.</summary>
    public void Stop(LimitBlock block, TimeSpan now)
    {
        UsedAt = now;
        if (Block is not { } known || known.Until <= now || (known.IsOnlyForBackground && !block.IsOnlyForBackground) || known.Until < block.Until)
            Block = block;
        OnStop(block, now);
    }

    /// <summary>What the product forbade to background calls only is allowed again.</summary>
    public void Reopen()
    {
        if (Block is { IsOnlyForBackground: true })
            Block = null;
    }

    /// <summary>How many calls it lets through at present; null when it does not count.</summary>
    public abstract double? Left(TimeSpan now);

    /// <summary>How many calls it lets through in all.</summary>
    public abstract double? Size { get; }

    /// <summary>Whether nothing is lost when it is forgotten.</summary>
    public virtual bool IsForgettable(TimeSpan now) => Line.Count == 0 && !(Block?.Until > now);

    /// <summary>A permit came back unused.</summary>
    public virtual void Return(in CallDemand demand, TimeSpan now) => Counts.Calls--;

    protected abstract TimeSpan Free(in CallDemand demand, int ahead, TimeSpan now);

    protected abstract void Grant(in CallDemand demand, TimeSpan now);

    protected virtual void OnStop(LimitBlock block, TimeSpan now)
    {
    }

    /// <summary>How long so many calls take once it is open.</summary>
    protected virtual TimeSpan Pace(int calls) => TimeSpan.Zero;
}

/// <summary>What a call takes of its limits.</summary>
/// <param name="IsBackground">Nobody waits for it.</param>
/// <param name="Points">What it is expected to cost of the hour's points.</param>
internal readonly record struct CallDemand(bool IsBackground, double Points);

/// <summary>A product has forbidden calls for a time.</summary>
/// <param name="Until">Until when.</param>
/// <param name="Reason">In the product's word, its <c>RateLimit-Reason</c>.</param>
/// <param name="IsOnlyForBackground">Users' calls go on.</param>
internal sealed record LimitBlock(TimeSpan Until, string Reason, bool IsOnlyForBackground = false);

/// <summary>What became of the calls that came to a limit.</summary>
internal record struct CallCounts
{
    public long Calls;
    public long Waits;
    public long Retries;
    public long Refusals;
}
