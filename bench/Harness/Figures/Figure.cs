namespace ForgeOrleans.Bench.Figures;

/// <summary>
/// A ratio to reach. It is taken within each round, of measurements a few seconds apart, and of those the median counts: a
/// machine that is slow for a while is slow for both sides.
/// </summary>
public sealed record Figure(string Name, double Target, IReadOnlyList<double> Ratios)
{
    /// <summary>The same ratio out of the cores' own time: what it would be if nobody else used them.</summary>
    public double? CoreRatio { get; init; }

    public double Ratio { get; } = Median(Ratios);

    public bool Reached => Ratio >= Target;

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
