using System.Net;
using System.Text;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>The HTTP client that reaches remotes: no redirects, no cookies, no proxy, and no headers of its own.</summary>
internal sealed class RemoteClient : IDisposable
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-length", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "expect",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = null,
        // What a browser lets a page put into a header.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct) => _client.SendAsync(request, ct);

    /// <summary>Passes a header on, unless it belongs to the connection or to the platform.</summary>
    public static void PassOn(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!HopByHop.Contains(name) && !PlatformHeaders.IsOwn(name))
        {
            Add(request, name, values);
        }
    }

    public static void Set(HttpRequestMessage request, IEnumerable<(string Name, string Value)> headers)
    {
        foreach (var (name, value) in headers)
        {
            Add(request, name, [value]);
        }
    }

    /// <summary>A response's headers with lowercase names.</summary>
    public static Dictionary<string, string[]> Headers(HttpResponseMessage response) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .GroupBy(header => header.Key.ToLowerInvariant())
        .ToDictionary(group => group.Key, group => group.SelectMany(header => header.Value).ToArray());

    public static bool IsOfConnection(string name) => HopByHop.Contains(name);

    private static void Add(HttpRequestMessage request, string name, IEnumerable<string?> values)
    {
        if (!request.Headers.TryAddWithoutValidation(name, values))
        {
            // Headers of the content are passed on even where there is none.
            request.Content ??= new ByteArrayContent([]);
            request.Content.Headers.TryAddWithoutValidation(name, values);
        }
    }

    public void Dispose() => _client.Dispose();
}
