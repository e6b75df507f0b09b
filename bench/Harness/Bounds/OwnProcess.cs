using System.Diagnostics;
using System.Globalization;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Load;

namespace ForgeOrleans.Bench.Bounds;

/// <summary>Work that is measured without a web server: this program again, as a process of its own on the server's core.</summary>
public static class OwnProcess
{
    public static async Task<Sample> RunAsync(Cores cores, CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        var start = Cores.Pin(cores.Server, Environment.ProcessPath!, [typeof(OwnProcess).Assembly.Location, .. arguments]);
        start.Environment["DOTNET_gcServer"] = "0";
        var output = await start.OutputAsync(cancellation);
        var numbers = output.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        return new Sample(numbers[0], numbers[1]);
    }

    /// <summary>Measures in that process: does the work, which answers how often it did it, and says the rate and the share of the core.</summary>
    public static async Task AnswerAsync(Func<Task<long>> work)
    {
        var busyBefore = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var count = await work();
        var elapsed = watch.Elapsed;
        var busy = (Environment.CpuUsage.TotalTime - busyBefore) / elapsed;
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{count / elapsed.TotalSeconds:R} {Math.Min(1, busy):R}"));
    }
}
