namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Requests a second to one endpoint (contract section 6): a bucket that fills steadily. Work leaves half of it to users, so none of them waits for work.
/// </summary>
/// <remarks>
/// The product's bucket is a little larger and fills a little faster than this one: calls that were granted evenly arrive unevenly. A new one begins
/// nearly empty, because nobody knows what was sent before it was made.
/// </remarks>
/// <param name="name">The endpoint.</param>
/// <param name="perSecond">How many a second; null when nothing is known of a limit.</param>
/// <param name="now">The time.</param>
internal sealed class EndpointLimit(LimitName name, double? perSecond, TimeSpan now) : CallLimit(name)
{
    private const double ShareOfSize = 0.9;
    private const double ShareOfRate = 0.98;
    private const double SharedWithWork = 0.5;
    private const double ShareAtFirst = 0.1;

    // A limit that was hit although there should have been room is smaller than it seems; it is trusted again little by little.
    private const double LessTrust = 0.7;
    private const double LeastTrust = 0.1;
    private const double TrustPerMinute = 0.1;

    private double? _perSecond = perSecond;
    private double _left = perSecond * ShareAtFirst ?? 0;
    private double _trust = 1;
    private readonly TimeSpan _madeAt = now;
    private TimeSpan _filledAt = now;

    public override double? Size => _perSecond;

    private double Capacity => Math.Max(1, _perSecond!.Value * ShareOfSize * _trust);

    private double Rate => _perSecond!.Value * ShareOfRate * Math.Max(_trust, 0.5);

    /// <summary>Takes in that the endpoint has another limit than was thought.</summary>
    public void Learn(double perSecond, TimeSpan now)
    {
        Fill(now);
        _left = _perSecond is null ? perSecond * ShareAtFirst : Math.Min(_left, perSecond * ShareOfSize);
        _perSecond = perSecond;
    }

    public override double? Left(TimeSpan now)
    {
        if (_perSecond is null)
            return null;
        Fill(now);
        return Math.Max(0, _left);
    }

    public override bool IsForgettable(TimeSpan now) => base.IsForgettable(now) && (_perSecond is null || Left(now) >= Capacity);

    public override void Return(in CallDemand demand, TimeSpan now)
    {
        base.Return(demand, now);
        _left = Math.Min(Capacity, _left + 1);
    }

    protected override TimeSpan Free(in CallDemand demand, int ahead, TimeSpan now)
    {
        if (_perSecond is null)
            return TimeSpan.Zero;
        Fill(now);
        // More than it holds is never there at once: those far behind wait for as long as it takes to fill that often.
        var need = ahead + 1 + (demand.IsBackground ? KeptFromWork(now) : 0);
        return need <= _left ? TimeSpan.Zero : TimeSpan.FromSeconds((need - _left) / Rate);
    }

    protected override void Grant(in CallDemand demand, TimeSpan now)
    {
        if (_perSecond is not null)
            _left--;
    }

    protected override TimeSpan Pace(int calls) => _perSecond is null ? TimeSpan.Zero : TimeSpan.FromSeconds(calls / Rate);

    protected override void OnStop(LimitBlock block, TimeSpan now)
    {
        if (_perSecond is null)
            return;
        Fill(now);
        // Of the calls that were on their way together, all are refused for the same reason.
        if (_left >= 1 && now >= _filledAt)
            _trust = Math.Max(LeastTrust, _trust * LessTrust);
        // What fills up until the block ends is not the product's bucket.
        (_left, _filledAt) = (1, block.Until > now ? block.Until : now);
    }

    // It is put aside out of what fills up, so that the first work of a new one need not wait for it.
    // One is left to work in any case: an endpoint that takes one a second would never be full enough for it.
    private double KeptFromWork(TimeSpan now) => Math.Min(Capacity - 1, Math.Min(Capacity, (now - _madeAt).TotalSeconds * Rate) * SharedWithWork);

    private void Fill(TimeSpan now)
    {
        if (now <= _filledAt || _perSecond is null)
            return;
        var passed = now - _filledAt;
        _trust = Math.Min(1, _trust + passed.TotalMinutes * TrustPerMinute);
        _left = Math.Min(Capacity, _left + passed.TotalSeconds * Rate);
        _filledAt = now;
    }
}
