namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Writes to one issue (contract section 6): so many in 2 s, so many in 30 s. The latest are remembered. Work leaves the last few to users.
/// </summary>
/// <param name="name">The issue.</param>
internal sealed class IssueLimit(LimitName name) : CallLimit(name)
{
    // A little longer than the product's, since writes that were granted evenly arrive unevenly.
    private static readonly (int Writes, int OfWork, TimeSpan Span)[] Windows =
        [(20, 19, TimeSpan.FromSeconds(2.08)), (100, 97, TimeSpan.FromSeconds(30.3))];

    private static readonly TimeSpan Longest = Windows[^1].Span;

    private readonly List<TimeSpan> _granted = [];

    public override double? Size => Windows[^1].Writes;

    public override double? Left(TimeSpan now)
    {
        Forget(now);
        return Math.Max(0, Windows.Min(window => window.Writes - _granted.Count(at => at > now - window.Span)));
    }

    public override bool IsForgettable(TimeSpan now)
    {
        Forget(now);
        return base.IsForgettable(now) && _granted.Count == 0;
    }

    public override void Return(in CallDemand demand, TimeSpan now)
    {
        base.Return(demand, now);
        if (_granted.Count > 0)
            _granted.RemoveAt(_granted.Count - 1);
    }

    protected override TimeSpan Free(in CallDemand demand, int ahead, TimeSpan now)
    {
        Forget(now);
        var wait = TimeSpan.Zero;
        foreach (var (all, ofWork, span) in Windows)
        {
            var most = demand.IsBackground ? ofWork : all;
            var first = _granted.Count - most + ahead;
            if (first < 0)
                continue;
            // This one must have left the window; when those who are to come before will leave it nobody knows.
            var free = first < _granted.Count ? _granted[first] + span - now : (((first - _granted.Count) / most) + 1) * span;
            if (free > wait)
                wait = free;
        }
        return wait;
    }

    protected override void Grant(in CallDemand demand, TimeSpan now)
    {
        var at = _granted.BinarySearch(now);
        _granted.Insert(at < 0 ? ~at : at, now);
    }

    protected override TimeSpan Pace(int calls) => calls * (Windows[^1].Span / Windows[^1].Writes);

    private void Forget(TimeSpan now)
    {
        var gone = 0;
        while (gone < _granted.Count && _granted[gone] <= now - Longest)
            gone++;
        if (gone > 0)
            _granted.RemoveRange(0, gone);
    }
}
