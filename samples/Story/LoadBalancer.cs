using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Story;

/// <summary>Stands for the load balancer that every deployment has: calls go to the web processes in turn.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Connection", "Host", "Keep-Alive", "Transfer-Encoding" };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly IReadOnlyList<string> _targets;
    private readonly WebApplication _app;
    private uint _calls;

    public LoadBalancer(int port, IReadOnlyList<string> targets)
    {
        _targets = targets;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    public Task StartAsync() => _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = Copy(context.Request, _targets[(int)(Interlocked.Increment(ref _calls) % _targets.Count)]);
            try
            {
                using var response = await _client.SendAsync(request, context.RequestAborted);
                await AnswerAsync(response, context);
                return;
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < _targets.Count)
            {
                // Nobody listens there, so nothing was sent: the call is the next one's.
            }
            catch (HttpRequestException)
            {
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            }
        }
    }

    private static HttpRequestMessage Copy(HttpRequest call, string target)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), $"{target}{call.Path.ToUriComponent()}{call.QueryString}");
        if (call.ContentLength > 0 || call.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(call.Body);
        foreach (var (name, values) in call.Headers.Where(header => !OfTheConnection.Contains(header.Key)))
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return request;
    }

    private static async Task AnswerAsync(HttpResponseMessage response, HttpContext context)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
            context.Response.Headers[name] = values.ToArray();
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
