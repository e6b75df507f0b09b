namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Points an hour (contract section 6): what the product says is left, less what was granted since; before it says anything, what is assumed less what
/// was granted. Work stops at a share of it, users go on to the end. It begins anew at the top of the UTC hour.
/// </summary>
/// <param name="name">The site's or the app's points.</param>
/// <param name="assumed">How many there are until the product says so; null when that depends on the app's tier.</param>
/// <param name="backgroundShare">The share at which background calls stop.</param>
/// <param name="clock">Tells the hour.</param>
internal sealed class HourQuota(LimitName name, double? assumed, double backgroundShare, TimeProvider clock) : CallLimit(name)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    // What was granted less long ago than this before the product said something may not be counted in it yet.
    private const int SecondsInFlight = 2;

    // So many calls tell what one costs: the answers of fewer may be of others.
    private const int CallsThatTell = 10;

    // Readings of one hour differ by the time that they took; one of the next hour differs by more.
    private static readonly TimeSpan SameHour = TimeSpan.FromMinutes(2);

    private readonly double[] _recent = new double[SecondsInFlight];
    private long _second;
    private double? _size = assumed;
    private double? _read;
    private double _granted;
    private DateTimeOffset _endsAt = TopOfHour(clock.GetUtcNow());
    private double _pointsPerRead = 1;
    private int _callsSinceTold;
    private double? _readWhenTold;
    private double _grantedSinceRead;
    private double _inFlight;
    private TimeSpan _landedAt;

    public override double? Size => _size;

    /// <summary>When the points begin anew.</summary>
    public DateTimeOffset EndsAt => _endsAt;

    /// <summary>What a read costs, as far as was seen.</summary>
    public double PointsPerRead => _pointsPerRead;

    public override double? Left(TimeSpan now)
    {
        Roll(now);
        return AtMost() is { } most ? Math.Max(0, most - InFlight(now)) : null;
    }

    private double? AtMost() => _read is { } read ? read - _grantedSinceRead : _size - _granted;

    // What was on its way when the product said what is left, and may not be counted in it.
    private double InFlight(TimeSpan now) => _read is not null && now < _landedAt ? _inFlight : 0;

    /// <summary>Takes in what the product says. It may contradict itself: nothing is believed that would open what is closed in the same hour.</summary>
    public void Learn(QuotaReading reading, DateTimeOffset at, TimeSpan now)
    {
        Roll(now);
        if (reading.Limit is > 0 and var limit)
        {
            if (limit > _size)
                _read = null;
            _size = limit;
        }
        // Quotas end with the hour; a reset that is later, or past, is a mistake.
        var ends = reading.ResetAfter is { Ticks: > 0 } after && at + after < TopOfHour(at) + SameHour ? at + after : TopOfHour(at);
        // Said in the hour that has just ended.
        if (ends < _endsAt - SameHour && ends < at + SameHour && _endsAt > at + Hour - SameHour)
            return;
        if (ends > _endsAt + SameHour)
            Begin(ends);
        else if (ends < _endsAt - SameHour)
            _endsAt = ends;
        if (reading.Remaining is not { } remaining)
        {
            // It is left out while little is used.
            _granted = Math.Min(_granted, (_size ?? 0) * backgroundShare / 2);
            return;
        }
        remaining = Math.Clamp(remaining, 0, (long)(_size ?? long.MaxValue));
        if (_callsSinceTold >= CallsThatTell && _readWhenTold is { } told)
        {
            _pointsPerRead = Math.Max(1, (_pointsPerRead + ((told - remaining) / _callsSinceTold)) / 2);
            _readWhenTold = null;
        }
        if (_readWhenTold is null)
            (_readWhenTold, _callsSinceTold) = (remaining, 0);
        if (_read is null || remaining < _read)
        {
            (_read, _grantedSinceRead) = (remaining, 0);
            (_inFlight, _landedAt) = (_recent.Sum(), now + TimeSpan.FromSeconds(SecondsInFlight));
        }
    }

    public override void Return(in CallDemand demand, TimeSpan now)
    {
        base.Return(demand, now);
        GiveBack(demand.Points);
    }

    /// <summary>Points that were granted were not used.</summary>
    public void GiveBack(double points)
    {
        (_granted, _grantedSinceRead) = (Math.Max(0, _granted - points), Math.Max(0, _grantedSinceRead - points));
        for (var i = 0; i < _recent.Length && points > 0; i++)
        {
            var back = Math.Min(points, _recent[i]);
            (_recent[i], points) = (_recent[i] - back, points - back);
        }
    }

    protected override TimeSpan Free(in CallDemand demand, int ahead, TimeSpan now)
    {
        Roll(now);
        var needed = Math.Max(demand.Points, demand.IsBackground && _size is { } size ? (size * (1 - backgroundShare)) + 0.5 : 0);
        return AtMost() is not { } most ? TimeSpan.Zero
            : most < needed ? UntilEnd()
            : most - InFlight(now) < needed ? _landedAt - now
            : TimeSpan.Zero;
    }

    // When the product says to come back, it has points then; what it said before does not count any more.
    protected override void OnStop(LimitBlock block, TimeSpan now)
    {
        if (!block.IsOnlyForBackground)
            (_read, _granted) = (null, 0);
    }

    /// <summary>How long until the points begin anew.</summary>
    public TimeSpan UntilEnd()
    {
        // Nobody may have called for longer than an hour.
        var now = clock.GetUtcNow();
        return (_endsAt > now ? _endsAt : TopOfHour(now)) - now;
    }

    protected override void Grant(in CallDemand demand, TimeSpan now)
    {
        Roll(now);
        _granted += demand.Points;
        _grantedSinceRead += demand.Points;
        _recent[_second % SecondsInFlight] += demand.Points;
        _callsSinceTold++;
    }

    private void Roll(TimeSpan now)
    {
        var second = (long)now.TotalSeconds;
        for (var next = Math.Max(_second + 1, second - SecondsInFlight + 1); next <= second; next++)
            _recent[next % SecondsInFlight] = 0;
        _second = Math.Max(_second, second);

        var today = clock.GetUtcNow();
        // A clock that was set back would leave the end too far ahead.
        if (today >= _endsAt || _endsAt > today + Hour + SameHour)
            Begin(TopOfHour(today));
    }

    private void Begin(DateTimeOffset endsAt)
    {
        (_endsAt, _read, _granted, _grantedSinceRead, _readWhenTold) = (endsAt, null, 0, 0, null);
        Reopen();
    }

    internal static DateTimeOffset TopOfHour(DateTimeOffset now) => new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero) + Hour;
}
