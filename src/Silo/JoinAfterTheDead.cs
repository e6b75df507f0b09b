using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace ForgeOrleans.Silo;

/// <summary>
/// After a power cut the list of silos is full of those that nobody has voted out. A new silo gets over one that does not answer only if its last
/// sign of life is old when the new one joins: it does not look again until the list changes. So it joins when that sign is old enough.
/// </summary>
internal sealed partial class JoinAfterTheDead(
    IMembershipTable table, ILocalSiloDetails self, IOptions<ClusterMembershipOptions> options, ILogger<JoinAfterTheDead> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // The list can be read from this stage on, and the silo joins at the next.
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(JoinAfterTheDead), ServiceLifecycleStage.RuntimeGrainServices + 1, WaitAsync);

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var silence = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;
        var watch = Stopwatch.StartNew();
        // Not for ever: a clock that is ahead of this one makes every sign of life a fresh one.
        while (watch.Elapsed < 2 * silence && await FindGoneAsync(silence, cancellationToken) is { } gone)
        {
            Log.Waiting(logger, gone, silence.TotalSeconds);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private async Task<SiloAddress?> FindGoneAsync(TimeSpan silence, CancellationToken cancellationToken)
    {
        foreach (var (silo, _) in (await table.ReadAll()).Members)
        {
            // The same address under an older generation is this process's predecessor, which it declares dead itself.
            var heardOf = silo.IAmAliveTime > silo.StartTime ? silo.IAmAliveTime : silo.StartTime;
            if (silo.Status == SiloStatus.Active
                && !silo.SiloAddress.Endpoint.Equals(self.SiloAddress.Endpoint)
                && DateTime.UtcNow - heardOf <= silence
                && !await ListensAsync(silo.SiloAddress.Endpoint, cancellationToken))
                return silo.SiloAddress;
        }
        return null;
    }

    private static async Task<bool> ListensAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(65, LogLevel.Debug, "The silo {Silo} is listed as active, but nobody listens there. This one joins when nothing was heard of it for {Seconds} s.")]
        public static partial void Waiting(ILogger logger, SiloAddress silo, double seconds);
    }
}
