using System.Net;
using System.Net.Sockets;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>Free ports of this machine, each given once.</summary>
internal static class Ports
{
    // Below those that the system gives to outgoing connections: one of them might have it before the process that it is for.
    private static int _last = Random.Shared.Next(12_000, 19_000);

    public static int Next()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
