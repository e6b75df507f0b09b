using System.Diagnostics;
using System.Net;

namespace ForgeOrleans.ProductApis;

/// <summary>Sends product calls over shared connections. One for the whole process; it knows no tokens and follows no redirects.</summary>
public sealed class ProductTransport : HttpMessageInvoker
{
    /// <summary>A transport over real connections.</summary>
    /// <param name="propagator">Writes the trace into the headers of calls.</param>
    public ProductTransport(DistributedContextPropagator propagator)
        : base(new SocketsHttpHandler
        {
            // A redirect would carry the token along to wherever an answer says; ProductCallHandler decides.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ActivityHeadersPropagator = propagator,
        })
    {
    }

    /// <summary>A transport over something else, for tests.</summary>
    /// <param name="handler">Sends.</param>
    public ProductTransport(HttpMessageHandler handler) : base(handler)
    {
    }
}
