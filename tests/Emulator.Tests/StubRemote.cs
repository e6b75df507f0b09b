using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>A remote that keeps what it is sent, and answers as a test wants it to.</summary>
internal sealed class StubRemote : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubRemote(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = http => http.Response.WriteAsync("{}");

    public Uri Url => new(_app.Urls.First());

    public ReceivedRequest Last => Received.Last();

    public static async Task<StubRemote> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.Listen(System.Net.IPAddress.Loopback, 0);
            server.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var app = builder.Build();
        var stub = new StubRemote(app);
        app.Run(stub.ReceiveAsync);
        await app.StartAsync();
        return stub;
    }

    /// <summary>Answers every request with a status, a content type and a body.</summary>
    public void Answers(int status, string? contentType = "application/json", string body = "{}") => Answer = http =>
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return body.Length > 0 ? http.Response.WriteAsync(body) : Task.CompletedTask;
    };

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Received.Enqueue(new ReceivedRequest(
            http.Request.Method,
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            body.ToArray()));
        await Answer(http);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

internal sealed record ReceivedRequest(string Method, string Target, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string Fit => Headers["authorization"]["Bearer ".Length..];
}
