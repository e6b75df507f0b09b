namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>A clock that a test moves. A timer fires on the thread that moves it.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly HashSet<Timer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Set)> _waiting = [];
    private DateTimeOffset _now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (Next(end) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = end;
    }

    /// <summary>Completes when a timer is set, or was set and is still running, that fires so long after it was set.</summary>
    public Task TimerSetAsync(TimeSpan due)
    {
        lock (_gate)
        {
            if (_timers.Any(timer => timer.Delay == due))
                return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((due, set));
            return set.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    /// <summary>Whether a timer fires within this time from now.</summary>
    public bool NextTimers(TimeSpan from, TimeSpan to)
    {
        lock (_gate)
            return _timers.Any(timer => timer.Due - _now >= from && timer.Due - _now <= to);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? Next(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null)
                return null;
            _now = next.Due > _now ? next.Due : _now;
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                _timers.Remove(next);
            return next;
        }
    }

    private sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Delay { get; private set; }

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (Delay, Due, Period) = (dueTime, clock._now + dueTime, period);
                clock._timers.Add(this);
                foreach (var (_, set) in clock._waiting.Where(waiting => waiting.Due == dueTime))
                    set.TrySetResult();
                clock._waiting.RemoveAll(waiting => waiting.Due == dueTime);
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
