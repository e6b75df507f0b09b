namespace ForgeOrleans.Bench.Figures;

/// <summary>Measures subjects in turn, several times over.</summary>
public sealed class Rounds(BenchOptions options)
{
    // The runtime compiles hot methods again with what it learnt, and does so on the very core that serves: that takes a minute and more.
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(15);
    private const int FewestSlices = 4;
    private const int MostSlices = 10;
    private const double NoLongerFaster = 1.02;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public async Task RunAsync(IReadOnlyList<Subject> subjects, CancellationToken cancellation)
    {
        foreach (var subject in subjects.Where(s => !s.WarmsItself))
            await WarmUpAsync(subject, cancellation);
        for (var round = 0; round < options.Rounds; round++)
        {
            // There and back again, so that nobody is always the first or the last.
            foreach (var subject in round % 2 == 0 ? subjects : subjects.Reverse())
            {
                if (!subject.WarmsItself) await subject.MeasureAsync(WarmUp, cancellation);
                var sample = await subject.MeasureAsync(options.Duration, cancellation);
                subject.Samples.Add(sample);
                Console.WriteLine($"  round {round + 1}: {subject.Name}: {sample.PerSecond:N0} a second");
            }
        }
    }

    private static async Task WarmUpAsync(Subject subject, CancellationToken cancellation)
    {
        Console.WriteLine($"  warming up: {subject.Name}");
        var best = 0d;
        for (var slice = 1; slice <= MostSlices; slice++)
        {
            var rate = (await subject.MeasureAsync(Slice, cancellation)).PerCoreSecond;
            if (slice > FewestSlices && rate < best * NoLongerFaster)
                return;
            best = Math.Max(best, rate);
        }
    }
}
