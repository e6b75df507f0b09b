using System.Net;
using System.Text;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>How the platform goes to a remote, and whoever does as it does: no redirects, no cookies, no proxy, no trace of its own.</summary>
internal static class RemoteHandler
{
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = null,
        // What a browser lets a page put into a header.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    };
}
