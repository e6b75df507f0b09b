using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>Events that are on disk when they are answered. They are not run meanwhile: what that costs is the handlers' affair.</summary>
public static class Acceptances
{
    private const double Enough = 5_000;
    private const double LongEnough = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static async Task<Findings> MeasureAsync(Setting setting, CancellationToken cancellation)
    {
        await using var remote = await Server.StartAsync("remote-acceptances", setting.Contestants(setting.DataFolder("accept")).Acceptor, setting.Folder, cancellation);
        var accept = new Subject("remote POST /events, durable", (time, cancel) => setting.Wrk.RunAsync(remote, LoadRequest.Event, time, cancel));
        await new Rounds(setting.Options).RunAsync([accept], cancellation);
        // 80 % of what was asked for, not of what there is: that is what the waiting times are promised at.
        var steady = new Subject($"the same, {0.8 * Enough:N0} a second", (time, cancel) => setting.Wrk.RunAsync(remote, LoadRequest.Event, time, cancel, 0.8 * Enough));
        // Four times the connections, which need memory of their own.
        await setting.Wrk.RunAsync(remote, LoadRequest.Event, WarmUp, cancellation, 0.8 * Enough);
        for (var round = 0; round < setting.Options.Rounds; round++)
            steady.Samples.Add(await steady.MeasureAsync(setting.Options.Duration, cancellation));

        return new Findings(
            [
                new Figure("POST /events durable / 5,000 a second", 1, [.. accept.Samples.Select(sample => sample.PerSecond / Enough)]),
                new Figure("50 ms / 99 % of the waiting times at 80 % of that", 1, [.. steady.Samples.Select(sample => LongEnough / sample.NinetyNine!.Value.TotalMilliseconds)]),
            ],
            [accept, steady]);
    }
}
