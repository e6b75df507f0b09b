using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>A server on a free loopback port that keeps what it was asked and answers as a test says: the platform's keys, a product.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _inFlight;

    private StubServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public ConcurrentQueue<StubRequest> Requests { get; } = [];

    public int MostInFlight { get; private set; }

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Text
    {
        set => Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(value);
        };
    }

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubServer(app);
        app.Run(stub.ServeAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Nobody is at home any more.</summary>
    public async Task StopAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        lock (Requests)
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
        var request = context.Request;
        Requests.Enqueue(new(
            request.Method,
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
            request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            await new StreamReader(request.Body).ReadToEndAsync()));
        try
        {
            await Answer(context);
        }
        finally
        {
            lock (Requests)
                _inFlight--;
        }
    }
}

internal sealed record StubRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
