using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary>
/// Keeps the emulator on this machine. Whoever reaches it can be any user of any site, so it listens on loopback only, and does nothing for
/// a page of the web that a browser on this machine has open. Such a page may lead to the console and to the app, as any link does.
/// </summary>
internal static class LoopbackOnly
{
    // To web triggers people are sent by whoever they have signed in with elsewhere.
    private static readonly string[] OpenToLinks = ["/console", "/apps", "/webtriggers"];

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
        KeepToItself(http.Response.Headers);
        if (!IsLoopback(http.Request.Host.Host))
        {
            var host = http.Request.Host.Host;
            await RefuseAsync(http, $"The emulator is for loopback only and is not \"{host}\": use 127.0.0.1 or localhost.");
        }
        else if (http.Request.Headers.Origin is [{ } origin, ..] && !IsPageOfThisMachine(origin))
        {
            await RefuseAsync(http, $"The emulator is for loopback only: a page of \"{origin}\" may not use it.");
        }
        else if (http.Request.Headers["sec-fetch-site"] == "cross-site" && !IsLink(http.Request) && !IsFrameOfApp(http.Request))
        {
            await RefuseAsync(
                http,
                "The emulator is for loopback only: a page of another site may not use it. "
                + "To a browser 127.0.0.1 and localhost are other sites as well: use the name that the page has, or the address bar.");
        }
        else
        {
            await next(http);
        }
    }

    /// <summary>No page may look into what the emulator answers, by a frame or by a window that it opens: the app's frame has this origin too.</summary>
    private static void KeepToItself(IHeaderDictionary headers)
    {
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    // A picture or a script of another site's page is asked for without an Origin, so only this header gives it away.
    private static bool IsLink(HttpRequest request) =>
        IsNavigation(request, "document")
        && (request.Path == "/" || OpenToLinks.Any(path => request.Path.StartsWithSegments(path)));

    /// <summary>The app's own frame, which is of the emulator's other name; its policy tells whose page it may be in.</summary>
    private static bool IsFrameOfApp(HttpRequest request) =>
        IsNavigation(request, "iframe") && request.Path.Value!.Split('/') is ["", "apps", _, _, "resources", _, ..];

    private static bool IsNavigation(HttpRequest request, string destination) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["sec-fetch-mode"] == "navigate"
        && request.Headers["sec-fetch-dest"] == destination;

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
