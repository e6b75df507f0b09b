using System.Diagnostics;

namespace ForgeOrleans.Bench.Permits;

/// <summary>What something costs that is done very often: the time of one, over many short slices, since others may want the core meanwhile.</summary>
/// <param name="name">What is done.</param>
/// <param name="doAsync">Does it so many times, on the caller's thread.</param>
internal sealed class Cost(string name, Func<int, Task> doAsync)
{
    private const int PerSlice = 10_000;
    private const int WarmingUp = 60;
    private const int Slices = 300;

    private readonly List<double> _microseconds = [];
    private long _allocated;

    public string Name => name;

    /// <summary>How many bytes one takes of the heap.</summary>
    public double Allocated => (double)_allocated / Slices / PerSlice;

    /// <summary>So many microseconds, or less, does one take in this share of the slices.</summary>
    public double At(double share) => _microseconds.Order().ElementAt((int)(share * (_microseconds.Count - 1)));

    /// <summary>Measures several in turn, so that a machine that is slow for a while is slow for all.</summary>
    public static async Task MeasureAsync(IReadOnlyList<Cost> costs)
    {
        for (var slice = -WarmingUp; slice < Slices; slice++)
            foreach (var cost in costs)
                await cost.MeasureAsync(isCounted: slice >= 0);
    }

    private async Task MeasureAsync(bool isCounted)
    {
        var (allocatedBefore, began) = (GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        await doAsync(PerSlice);
        var (took, allocated) = (Stopwatch.GetElapsedTime(began), GC.GetTotalAllocatedBytes() - allocatedBefore);
        if (!isCounted)
            return;
        _microseconds.Add(took.TotalMicroseconds / PerSlice);
        _allocated += allocated;
    }
}
