using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.WebTriggers;

/// <summary>Which headers are between a web trigger's caller and its handler, and which are others' affairs.</summary>
internal static class WebTriggerHeaders
{
    // RFC 9110, section 7.6.1, with those that older software sends. The length is the server's to say, and that of an envelope's body is another.
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    };

    // Contract sections 2 and 12.
    private static readonly string[] OfForge = ["x-forge-", "forge-", "x-b3-"];

    /// <summary>Takes away what neither a handler nor a caller is meant to see.</summary>
    public static void RemoveOthers(IHeaderDictionary headers)
    {
        var alsoOfTheConnection = headers.GetCommaSeparatedValues("connection");
        foreach (var name in headers.Keys.ToList())
            if (OfTheConnection.Contains(name)
                || OfForge.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                || alsoOfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase))
                headers.Remove(name);
    }
}
