namespace ForgeOrleans.Bench.Figures;

/// <summary>The table of ratios, and below it what they were made of.</summary>
public static class Report
{
    public static void Print(IReadOnlyList<Figure> figures, IReadOnlyList<Subject> subjects, TextWriter output)
    {
        output.WriteLine(Machine.Describe());
        output.WriteLine();
        output.WriteLine($"{"figure",-58} {"ratio",7} {"target",8}  {"reached",-7} {"core time",9}  rounds");
        foreach (var figure in figures)
            output.WriteLine($"{figure.Name,-58} {figure.Ratio,7:0.00} {$">= {figure.Target:0.0}",8}  {(figure.Reached ? "yes" : "NO"),-7} "
                + $"{figure.CoreRatio,9:0.00}  {string.Join(", ", figure.Ratios.Select(r => $"{r:0.00}"))}");

        output.WriteLine();
        output.WriteLine($"{"measured",-42} {"median/s",9} {"lowest",9} {"highest",9} {"busy",5} {"per core second",15} {"50 %",9} {"99 %",9}");
        foreach (var subject in subjects)
        {
            var rates = subject.Samples.Select(s => s.PerSecond).Order().ToArray();
            output.WriteLine($"{subject.Name,-42} {Figure.Median(rates),9:N0} {rates[0],9:N0} {rates[^1],9:N0} "
                + $"{MedianOf(s => s.Busy),5:P0} {MedianOf(s => s.PerCoreSecond),15:N0} {Milliseconds(s => s.Half),9} {Milliseconds(s => s.NinetyNine),9}");

            double? MedianOf(Func<Sample, double?> value) =>
                subject.Samples.Select(value).OfType<double>().ToArray() is { Length: > 0 } known ? Figure.Median(known) : null;

            string Milliseconds(Func<Sample, TimeSpan?> value) =>
                MedianOf(s => value(s)?.TotalMilliseconds) is { } known ? $"{known:0.0} ms" : "";
        }
    }
}
