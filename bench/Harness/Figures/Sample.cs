namespace ForgeOrleans.Bench.Figures;

/// <summary>One measurement: how many a second, with how much of the core; of a server also how long callers waited.</summary>
public sealed record Sample(double PerSecond, double Busy, TimeSpan? Half = null, TimeSpan? NinetyNine = null)
{
    /// <summary>How many in a second of the core's own time, whoever else used the core meanwhile.</summary>
    public double PerCoreSecond => PerSecond / Busy;
}
