namespace ForgeOrleans.Bench.Figures;

/// <summary>Measures subjects in turn, several times over.</summary>
public sealed class Rounds(BenchOptions options)
{
    // The runtime compiles hot methods again after 30 calls, with what it learnt, and does so on the very core that serves.
    private static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public async Task RunAsync(IReadOnlyList<Subject> subjects, CancellationToken cancellation)
    {
        foreach (var subject in subjects.Where(s => !s.WarmsItself))
        {
            Console.WriteLine($"  warming up: {subject.Name}");
            await subject.MeasureAsync(FirstWarmUp, cancellation);
        }
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
}
