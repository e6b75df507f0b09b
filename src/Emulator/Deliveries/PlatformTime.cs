using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// The platform's own time, in which it waits. It can pass faster than the clock's and be jumped, at any moment: whatever waits follows at
/// once.
/// </summary>
internal sealed class PlatformTime : TimeProvider
{
    private const double Fastest = 10_000;
    private static readonly TimeSpan LongestJumps = TimeSpan.FromDays(100 * 365);

    // Timers of the machine are right to a millisecond only.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    private readonly Lock _turn = new();
    private readonly HashSet<PlatformTimer> _timers = [];
    private readonly TimeProvider _clock;
    private readonly Changes _changes;
    private readonly bool _scalesLimits;
    private readonly DateTimeOffset _start;
    private double _scale;
    private TimeSpan _passed;
    private TimeSpan _jumped;
    private long _since;
    private long _version;

    public PlatformTime(EmulatorOptions options, Changes changes)
    {
        (_clock, _changes, _scalesLimits) = (options.Clock, changes, options.ScaleLimits);
        (_start, _since) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        _scale = Checked(options.TimeScale);
    }

    /// <summary>The number of the last change.</summary>
    public long Version => Volatile.Read(ref _version);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _start + Passed();

    public override long GetTimestamp() => Passed().Ticks;

    /// <summary>A delivery's time limit, which keeps to the clock unless the options say otherwise.</summary>
    public TimeSpan Limit(TimeSpan limit)
    {
        lock (_turn)
        {
            return _scalesLimits ? limit / _scale : limit;
        }
    }

    public Task WaitAsync(TimeSpan platformTime, CancellationToken ct) =>
        platformTime > TimeSpan.Zero ? Task.Delay(platformTime, this, ct) : Task.CompletedTask;

    /// <summary>Lets time pass faster or slower from now on, and jumps.</summary>
    /// <param name="scale">Platform seconds in a second, from 1 to 10,000; null to leave it.</param>
    /// <param name="jump">Platform time that passes at once; null for none.</param>
    /// <exception cref="EmulatorException">One of them is out of its range.</exception>
    public ClockReport Change(double? scale, TimeSpan? jump)
    {
        List<PlatformTimer> due;
        lock (_turn)
        {
            var wanted = scale is { } factor ? Checked(factor) : _scale;
            if (jump is { } leap && (leap <= TimeSpan.Zero || leap > LongestJumps - _jumped))
            {
                throw new EmulatorException("The platform's time jumps forward only, by more than 0 seconds and by 100 years in all.");
            }

            _passed = PassedWithinTurn() + (jump ?? TimeSpan.Zero);
            _since = _clock.GetTimestamp();
            _jumped += jump ?? TimeSpan.Zero;
            _scale = wanted;
            due = [.. _timers.Where(timer => !timer.Set())];
            _changes.Mark(ref _version);
        }

        // Not by the clock, which need not move for it.
        due.ForEach(timer => ThreadPool.QueueUserWorkItem(_ => timer.Come()));
        return Report();
    }

    public ClockReport Report()
    {
        lock (_turn)
        {
            return new ClockReport(_clock.GetUtcNow(), _start + PassedWithinTurn(), _scale, _jumped.TotalSeconds);
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new PlatformTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private static double Checked(double scale) => scale is >= 1 and <= Fastest
        ? scale
        : throw new EmulatorException($"The time scale is from 1 to {Fastest} platform seconds in a second, not {scale}.");

    private TimeSpan Passed()
    {
        lock (_turn)
        {
            return PassedWithinTurn();
        }
    }

    private TimeSpan PassedWithinTurn() => _passed + (_clock.GetElapsedTime(_since) * _scale);

    /// <summary>How long the clock takes for so much platform time.</summary>
    private TimeSpan OfClock(TimeSpan platformTime) => TimeSpan.FromTicks((long)Math.Ceiling(platformTime.Ticks / _scale));

    /// <summary>A timer of the clock that is set anew whenever the platform's time passes otherwise.</summary>
    private sealed class PlatformTimer : ITimer
    {
        private readonly PlatformTime _time;
        private readonly Action _callback;
        private readonly ITimer _inner;
        private TimeSpan _due;
        private TimeSpan _period;

        public PlatformTimer(PlatformTime time, Action callback)
        {
            (_time, _callback) = (time, callback);
            _inner = time._clock.CreateTimer(_ => Come(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._turn)
            {
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    _time._timers.Remove(this);
                    return _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }

                (_due, _period) = (_time.PassedWithinTurn() + dueTime, period);
                _time._timers.Add(this);
                return _inner.Change(_time.OfClock(dueTime), Timeout.InfiniteTimeSpan);
            }
        }

        /// <summary>Sets the clock's timer to when it is due; false when it is due now.</summary>
        public bool Set()
        {
            var left = _time.OfClock(_due - _time.PassedWithinTurn());
            if (left < Tolerance)
            {
                return false;
            }

            _inner.Change(left, Timeout.InfiniteTimeSpan);
            return true;
        }

        /// <summary>Fires, if it is due. What was due several times by then fires once, and keeps its phase.</summary>
        public void Come()
        {
            lock (_time._turn)
            {
                if (!_time._timers.Contains(this) || Set())
                {
                    return;
                }

                if (_period > TimeSpan.Zero)
                {
                    var late = _time.PassedWithinTurn() - _due;
                    _due += _period * (1 + Math.Max(0, Math.Floor(late / _period)));
                    _inner.Change(_time.OfClock(_due - _time.PassedWithinTurn()), Timeout.InfiniteTimeSpan);
                }
                else
                {
                    _time._timers.Remove(this);
                }
            }

            _callback();
        }

        public void Dispose()
        {
            lock (_time._turn)
            {
                _time._timers.Remove(this);
            }

            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>What time it is.</summary>
/// <param name="Now">The clock's, which tokens and time limits keep to.</param>
/// <param name="PlatformNow">The platform's, which its waits keep to.</param>
/// <param name="Scale">Platform seconds in a second.</param>
/// <param name="Jumped">How many seconds the platform's time was jumped by in all.</param>
internal sealed record ClockReport(DateTimeOffset Now, DateTimeOffset PlatformNow, double Scale, double Jumped);
