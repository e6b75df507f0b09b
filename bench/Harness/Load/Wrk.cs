using System.Diagnostics;
using System.Globalization;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Load;

/// <summary>
/// The load generator, on its own core: 64 connections, each with one request under way. When it has a rate to keep there are more, so that one which waits
/// for its answer does not keep the next request back.
/// </summary>
public sealed class Wrk(Cores cores, string callers, string deliveries)
{
    private const int Connections = 64;
    private const int ConnectionsAtARate = 256;
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Load/replay.lua");

    /// <param name="rate">How many requests a second; as many as are answered unless given.</param>
    public async Task<Sample> RunAsync(Server server, LoadRequest request, TimeSpan duration, CancellationToken cancellation, double? rate = null)
    {
        var start = Cores.Pin(cores.Load, "wrk", "--threads", "1", "--connections", $"{(rate is null ? Connections : ConnectionsAtARate)}",
            "--duration", $"{duration.TotalSeconds:0}s", "--timeout", "10s", "--script", Script, server.Address.ToString(),
            "--", request.Method, request.Path, request.Body.Trim(), request.IsDelivery ? deliveries : callers,
            $"{rate ?? 0:0.###}");
        var busyBefore = server.Busy;
        var output = await start.OutputAsync(cancellation);
        var busy = server.Busy - busyBefore;

        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("replayed ", StringComparison.Ordinal))
            ?? throw new BenchException($"wrk gave no result:\n{output}");
        var numbers = line.Split(' ').Skip(1).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        if (numbers is not [var requests, var took, var refused, var broken, var half, var ninetyNine])
            throw new BenchException($"wrk's result can't be read: {line}");
        // A server that refuses is fast: such a number would mean nothing.
        if (refused + broken > 0 || requests == 0)
            throw new BenchException($"{request.Method} {request.Path} of {server.Name}: of {requests} requests {refused} were refused and {broken} broke.");

        // What a server still did before the first request came is counted too; a core has no more than a second a second.
        var elapsed = TimeSpan.FromMicroseconds(took);
        return new Sample(requests / elapsed.TotalSeconds, Math.Min(1, busy / elapsed), TimeSpan.FromMicroseconds(half), TimeSpan.FromMicroseconds(ninetyNine));
    }
}
