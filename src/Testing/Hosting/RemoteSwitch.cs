using System.Collections.Concurrent;
using System.Net;
using ForgeOrleans.Emulator.Bridge;

namespace ForgeOrleans.Testing.Hosting;

/// <summary>
/// Brings what the platform sends to where the remote is: into this process or onto the network. The platform starts before the remote, which must
/// know the platform's address, so where that is comes later.
/// </summary>
internal sealed class RemoteSwitch : HttpMessageHandler
{
    /// <summary>The address of a remote that nobody has hosted yet.</summary>
    public static readonly Uri Nowhere = new("http://no-remote.invalid/");

    private readonly ConcurrentDictionary<string, HttpMessageInvoker> _hosted = new(StringComparer.OrdinalIgnoreCase);

    // As the emulator calls remotes by itself.
    private readonly HttpMessageInvoker _network = new(RemoteHandler.Create());

    /// <summary>Takes an address for a remote of this process.</summary>
    public void Host(Uri address, HttpMessageHandler handler) => _hosted[address.Authority] = new(handler);

    public void Remove(Uri address)
    {
        if (_hosted.TryRemove(address.Authority, out var handler))
            handler.Dispose();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        return _hosted.TryGetValue(address.Authority, out var hosted) ? InProcessAsync(hosted, request, cancellationToken)
            : address.Host.EndsWith(".invalid", StringComparison.Ordinal)
                ? throw new HttpRequestException("no remote is hosted: call platform.Host<Program>(), or platform.UseRemote(url) for one on a port")
            : _network.SendAsync(request, cancellationToken);
    }

    // What an application does to its caller without a server in between is told as the server would: an exception that nobody caught is a 500
    // without a body, an aborted connection is one.
    private static async Task<HttpResponseMessage> InProcessAsync(HttpMessageInvoker hosted, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            return await hosted.SendAsync(request, ct);
        }
        catch (Exception cause) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("The platform does not wait any longer.", cause, ct);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            throw new HttpRequestException("the remote closed the connection", cause);
        }
        catch (Exception)
        {
            return new(HttpStatusCode.InternalServerError) { RequestMessage = request, Content = new ByteArrayContent([]) };
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var handler in _hosted.Values)
            handler.Dispose();
        _network.Dispose();
        base.Dispose(disposing);
    }
}
