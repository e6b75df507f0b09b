using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ForgeOrleans.Story;

/// <summary>Ports of this machine's loopback that nobody listens on.</summary>
internal static class Ports
{
    // Below those that the system gives to outgoing connections: one of them might have it while a program is down.
    private const int First = 20_000;
    private const int End = 32_000;

    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
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
