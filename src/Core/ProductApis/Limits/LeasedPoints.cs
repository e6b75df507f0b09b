namespace ForgeOrleans.ProductApis.Limits;

/// <summary>What a site has leased of the app's points: a few seconds' worth, so that what happens to the app's points is soon known at every site.</summary>
/// <param name="name">The app's points.</param>
internal sealed class LeasedPoints(LimitName name) : CallLimit(name)
{
    private const double FewestWanted = 20;
    private const double MostWanted = 2_000;

    // Where less was granted than was wanted, others want them too.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private double _left;
    private double _spent;
    private double? _size;
    private DateTimeOffset _endOfHour;
    private TimeSpan _until = TimeSpan.MinValue;
    private TimeSpan _closedUntil;
    private TimeSpan _closedToWorkUntil;
    private TimeSpan _scarceUntil;

    /// <summary>The product's word for why there are none.</summary>
    public string? Reason { get; private set; }

    /// <summary>What was said of the app's points since the last lease.</summary>
    public QuotaReading? Reading { get; set; }

    public override double? Size => _size;

    public override double? Left(TimeSpan now) => null;

    /// <summary>Whether another lease is to be asked for.</summary>
    public bool IsOver(in CallDemand demand, TimeSpan now) => now >= _until || (_left < demand.Points && now >= _scarceUntil && now >= _closedUntil);

    /// <summary>How many points to ask for: more than were used lately, so that a site that calls a lot soon asks seldom.</summary>
    public double Wanted(in CallDemand demand) => Math.Clamp(Math.Max(_spent * 2, demand.Points), FewestWanted, MostWanted);

    /// <summary>What is left of the last lease goes back, if its hour has not ended: the next one's points are others.</summary>
    public double GiveBack(DateTimeOffset endOfHour)
    {
        var left = _endOfHour == endOfHour ? _left : 0;
        (_left, _endOfHour) = (0, endOfHour);
        return left;
    }

    public void Lease(PointsAnswer answer, double wanted, TimeSpan askedAt, TimeSpan lasts)
    {
        (_left, _spent, _size, Reason) = (answer.Granted, 0, answer.Size, answer.Reason);
        (_until, _scarceUntil) = (askedAt + lasts, answer.Granted < wanted ? askedAt + Soon : askedAt);
        (_closedUntil, _closedToWorkUntil) = (askedAt + answer.ClosedFor, askedAt + answer.ClosedToBackgroundFor);
    }

    public override void Return(in CallDemand demand, TimeSpan now)
    {
        base.Return(demand, now);
        if (now < _until)
            _left += demand.Points;
    }

    protected override TimeSpan Free(in CallDemand demand, int ahead, TimeSpan now)
    {
        var closed = demand.IsBackground && _closedToWorkUntil > _closedUntil ? _closedToWorkUntil : _closedUntil;
        return closed > now ? closed - now : _left < demand.Points ? Soon : TimeSpan.Zero;
    }

    protected override void Grant(in CallDemand demand, TimeSpan now)
    {
        _left -= demand.Points;
        _spent += demand.Points;
    }
}
