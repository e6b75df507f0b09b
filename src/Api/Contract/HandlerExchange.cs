using System.Buffers;
using System.IO.Pipelines;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Contract;

/// <summary>
/// A request and a response of the handler's own. The server uses its <see cref="HttpContext"/> again for the next request as soon as this
/// one is answered; a handler that has not noticed that its time is up keeps this one, and reaches nobody else's.
/// </summary>
internal sealed class HandlerExchange :
    IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IHttpResponseFeature, IHttpRequestLifetimeFeature, IHttpRequestIdentifierFeature,
    IHttpConnectionFeature, IHttpAuthenticationFeature, IEndpointFeature, IRouteValuesFeature, IServiceProvidersFeature, IRequestBodyPipeFeature
{
    // Forge's credentials are for the front; a handler that forwards or logs its headers must not have them.
    private static readonly HashSet<string> Withheld =
        new(StringComparer.OrdinalIgnoreCase) { "authorization", TokenHeaders.System, TokenHeaders.User };

    private readonly AsyncServiceScope _services;
    private Stream? _stream;
    private PipeReader? _reader;
    private List<(Func<object, Task> Callback, object State)>? _starting;
    private List<(Func<object, Task> Callback, object State)>? _completed;

    public HandlerExchange(HttpContext original, ReadOnlyMemory<byte> body, IServiceScopeFactory scopes, int responseLimit, CancellationToken aborted)
    {
        var request = original.Request;
        Protocol = request.Protocol;
        Scheme = request.Scheme;
        Method = request.Method;
        PathBase = request.PathBase.Value ?? "";
        Path = request.Path.Value ?? "";
        QueryString = request.QueryString.Value ?? "";
        RawTarget = original.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var headers = new HeaderDictionary(request.Headers.Count);
        foreach (var (name, values) in request.Headers)
            if (!Withheld.Contains(name))
                headers[name] = values;
        RequestHeaders = headers;
        RequestContent = body;
        RequestAborted = aborted;
        TraceIdentifier = original.TraceIdentifier;
        User = original.User;
        Endpoint = original.GetEndpoint();
        RouteValues = new(request.RouteValues);
        (RemoteIpAddress, RemotePort) = (original.Connection.RemoteIpAddress, original.Connection.RemotePort);
        (LocalIpAddress, LocalPort) = (original.Connection.LocalIpAddress, original.Connection.LocalPort);
        _services = scopes.CreateAsyncScope();
        RequestServices = _services.ServiceProvider;
        Response = new(responseLimit);

        var features = new FeatureCollection(20);
        features.Set<IHttpRequestFeature>(this);
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IRequestBodyPipeFeature>(this);
        features.Set<IHttpResponseFeature>(this);
        features.Set<IHttpResponseBodyFeature>(Response);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpRequestIdentifierFeature>(this);
        features.Set<IHttpConnectionFeature>(this);
        features.Set<IHttpAuthenticationFeature>(this);
        features.Set<IEndpointFeature>(this);
        features.Set<IRouteValuesFeature>(this);
        features.Set<IServiceProvidersFeature>(this);
        Context = new DefaultHttpContext(features);
    }

    public HttpContext Context { get; }

    public ResponseBuffer Response { get; }

    public string Protocol { get; set; }

    public string Scheme { get; set; }

    public string Method { get; set; }

    public string PathBase { get; set; }

    public string Path { get; set; }

    public string QueryString { get; set; }

    public string RawTarget { get; set; }

    /// <summary>The request's body. It may be replaced before anything has read it.</summary>
    public ReadOnlyMemory<byte> RequestContent { get; set; }

    public bool CanHaveBody => RequestContent.Length > 0;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    /// <summary>Always false: nothing is sent before the whole response has been judged, so it can still be changed.</summary>
    public bool HasStarted => false;

    public CancellationToken RequestAborted { get; set; }

    public string TraceIdentifier { get; set; }

    public string ConnectionId { get; set; } = "";

    public System.Net.IPAddress? RemoteIpAddress { get; set; }

    public System.Net.IPAddress? LocalIpAddress { get; set; }

    public int RemotePort { get; set; }

    public int LocalPort { get; set; }

    public ClaimsPrincipal? User { get; set; }

    public Endpoint? Endpoint { get; set; }

    public RouteValueDictionary RouteValues { get; set; }

    public IServiceProvider RequestServices { get; set; }

    public Stream Body
    {
        get => _stream ??= CanHaveBody ? AsStream(RequestContent) : Stream.Null;
        set => _stream = value;
    }

    // A handler that has put another stream in the body's place reads that one.
    public PipeReader Reader => _reader ??= _stream is null ? PipeReader.Create(new ReadOnlySequence<byte>(RequestContent)) : PipeReader.Create(_stream);

    public IHeaderDictionary ResponseHeaders { get; set; } = new HeaderDictionary();

    private IHeaderDictionary RequestHeaders { get; set; }

    IHeaderDictionary IHttpRequestFeature.Headers { get => RequestHeaders; set => RequestHeaders = value; }

    IHeaderDictionary IHttpResponseFeature.Headers { get => ResponseHeaders; set => ResponseHeaders = value; }

    // The response's body is ResponseBuffer's; this member of the older interface is not used by anything any more.
    Stream IHttpResponseFeature.Body { get => Response.Stream; set => throw new NotSupportedException(); }

    public void OnStarting(Func<object, Task> callback, object state) => (_starting ??= []).Add((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => (_completed ??= []).Add((callback, state));

    public void Abort()
    {
    }

    /// <summary>The handler has written its response: what asked to be called before it is sent is called.</summary>
    public ValueTask StartAsync() => _starting is null ? default : RunAsync(_starting);

    /// <summary>The handler is done: what it left to clean up is cleaned up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_completed is not null)
            await RunAsync(_completed);
        await _services.DisposeAsync();
    }

    private static async ValueTask RunAsync(List<(Func<object, Task> Callback, object State)> callbacks)
    {
        for (var i = callbacks.Count - 1; i >= 0; i--)
            await callbacks[i].Callback(callbacks[i].State);
    }

    private static MemoryStream AsStream(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes)
            ? new(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new(body.ToArray(), writable: false);
}
