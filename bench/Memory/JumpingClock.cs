namespace ForgeOrleans.Bench.Memory;

/// <summary>The system's clock, until it is told to jump; then its timers ring as if the time had passed.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(base.CreateTimer(callback, state, dueTime, period), () => callback(state), period);
        lock (_timers)
            _timers.Add(timer);
        return timer;
    }

    public void Jump(TimeSpan ahead)
    {
        _ahead += ahead;
        Timer[] periodic;
        lock (_timers)
            periodic = [.. _timers.Where(timer => timer.Period > TimeSpan.Zero)];
        foreach (var timer in periodic)
            timer.Ring();
    }

    private sealed record Timer(ITimer Inner, Action Ring, TimeSpan Period) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner.Change(dueTime, period);

        public void Dispose() => Inner.Dispose();

        public ValueTask DisposeAsync() => Inner.DisposeAsync();
    }
}
