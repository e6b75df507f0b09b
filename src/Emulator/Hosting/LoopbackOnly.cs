using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>
/// Keeps the emulator on this machine. Whoever reaches it can be any user of any site, so it listens on loopback only, and answers no
/// page of the web that a browser on this machine has open.
/// </summary>
internal static class LoopbackOnly
{
    /// <summary>Listens at a URL, or says why not.</summary>
    public static void ListenAt(this KestrelServerOptions server, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp)
        {
            throw new EmulatorException($"\"{url}\" is no address to listen at: say, for instance, http://127.0.0.1:4001 (http only).");
        }

        if (!IsLoopback(address.IdnHost))
        {
            throw new EmulatorException(
                $"The emulator does not listen at \"{url}\": whoever reaches it can be any user of any site, so it is for loopback only. "
                + "Use http://127.0.0.1:<port>, http://[::1]:<port> or http://localhost:<port>.");
        }

        if (IPAddress.TryParse(address.IdnHost, out var ip))
        {
            server.Listen(ip, address.Port);
        }
        else if (address.Port is 0)
        {
            // "localhost" is two addresses, and they can't be told to share a free port.
            server.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            server.ListenLocalhost(address.Port);
        }
    }

    public static async Task Guard(HttpContext http, RequestDelegate next)
    {
        if (!IsLoopback(http.Request.Host.Host))
        {
            var host = http.Request.Host.Host;
            await RefuseAsync(http, $"The emulator is for loopback only and is not \"{host}\": use 127.0.0.1 or localhost.");
        }
        else if (http.Request.Headers.Origin is [{ } origin, ..] && !IsPageOfThisMachine(origin))
        {
            await RefuseAsync(http, $"The emulator is for loopback only: a page of \"{origin}\" may not use it.");
        }
        else
        {
            await next(http);
        }
    }

    private static bool IsPageOfThisMachine(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsLoopback(page.IdnHost);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Task RefuseAsync(HttpContext http, string message)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsJsonAsync(new { message });
    }
}
