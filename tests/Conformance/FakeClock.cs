namespace ForgeOrleans.Conformance;

/// <summary>A clock that stands still until a test moves it; timers then fire in their order, on the test's own thread.</summary>
public sealed class FakeClock : TimeProvider
{
    // Only a test that fails waits so long, and a busy machine is no reason to fail.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(TimeSpan Delay, TaskCompletionSource Set)> _waiting = [];
    private DateTimeOffset _now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private TimeSpan _setTo;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now + _setTo;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _now.Ticks;
    }

    /// <summary>Sets the time of day, as an operator or a time server does: no time passes.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_gate)
            _setTo += by;
    }

    /// <summary>Lets time pass as for a process that is stopped meanwhile: what comes due fires late, when the clock is advanced again.</summary>
    public void Stall(TimeSpan by)
    {
        lock (_gate)
            _now += by;
    }

    public void Advance(TimeSpan by)
    {
        var until = new DateTimeOffset(GetTimestamp(), TimeSpan.Zero) + by;
        while (TakeDue(until) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = until;
    }

    /// <summary>Moves on step by step until something happens that takes a few real moments after its time has come.</summary>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> happened, TimeSpan step, TimeSpan most)
    {
        for (var passed = TimeSpan.Zero; !happened.IsCompleted && passed < most; passed += step)
        {
            Advance(step);
            await Task.WhenAny(happened, Task.Delay(20));
        }
        return await happened.WaitAsync(Patience);
    }

    /// <summary>Completes when a timer is set, or was set and is still running, that fires so long after it was set.</summary>
    public Task TimerSetAsync(TimeSpan delay)
    {
        lock (_gate)
        {
            if (_timers.Any(timer => timer.Delay == delay))
                return Task.CompletedTask;
            var set = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((delay, set));
            return set.Task.WaitAsync(Patience);
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
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? TakeDue(DateTimeOffset until)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(timer => timer.Due);
            if (next is null || next.Due > until)
                return null;
            _now = next.Due > _now ? next.Due : _now;
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                _timers.Remove(next);
            return next;
        }
    }

    private sealed class FakeTimer(FakeClock clock, Action fire) : ITimer
    {
        public TimeSpan Delay { get; private set; }

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                (Delay, Due, Period) = (dueTime, clock._now + dueTime, period);
                clock._timers.Add(this);
                foreach (var (_, set) in clock._waiting.Where(waiting => waiting.Delay == dueTime))
                    set.TrySetResult();
                clock._waiting.RemoveAll(waiting => waiting.Delay == dueTime);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
