namespace ForgeOrleans.Bench.Figures;

/// <summary>Something that can be measured for a while, and what came of it, round by round.</summary>
public sealed record Subject(string Name, Func<TimeSpan, CancellationToken, Task<Sample>> MeasureAsync)
{
    /// <summary>It is a new process each time and warms up before it begins to count.</summary>
    public bool WarmsItself { get; init; }

    public List<Sample> Samples { get; } = [];
}
