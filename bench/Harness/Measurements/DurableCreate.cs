using System.Globalization;
using ForgeOrleans.Bench.Bounds;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>Tasks that are on disk when they are answered, against rows that are, with nothing around them, on the same disk.</summary>
public static class DurableCreate
{
    private const double Enough = 3_000;

    public static async Task<Findings> MeasureAsync(Setting setting, CancellationToken cancellation)
    {
        await using var remote = await Server.StartAsync("remote-durable", setting.Contestants(setting.DataFolder("create")).Remote, setting.Folder, cancellation);
        var create = new Subject("remote POST /tasks/, durable", (time, cancel) => setting.Wrk.RunAsync(remote, LoadRequest.Create, time, cancel));
        var run = 0;
        var raw = new Subject("raw SQLite group commit", (time, cancel) => OwnProcess.RunAsync(setting.Cores, cancel,
            RawSqlite.Command, setting.DataFolder($"raw-sqlite-{++run}"), time.TotalSeconds.ToString(CultureInfo.InvariantCulture))) { WarmsItself = true };
        await new Rounds(setting.Options).RunAsync([raw, create], cancellation);

        var ratios = Enumerable.Range(0, setting.Options.Rounds)
            .Select(round => create.Samples[round].PerSecond / Math.Min(Enough, 0.5 * raw.Samples[round].PerSecond));
        return new Findings([new Figure("POST /tasks/ durable / min(3,000, half of raw SQLite)", 1, [.. ratios])], [create, raw]);
    }
}
