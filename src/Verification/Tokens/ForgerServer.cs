using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>A key server of the forger's, which no remote has a reason to call: it counts connections, those too in which no HTTP is spoken.</summary>
internal sealed class ForgerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _connections;

    private ForgerServer(Func<JsonObject> keys)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        })));
        _app = builder.Build();
        _app.Run(http => http.Response.WriteAsJsonAsync(keys()));
    }

    /// <summary>How often somebody came.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="keys">The key set that it answers on every path.</param>
    /// <param name="ct">Ends the start.</param>
    public static async Task<ForgerServer> StartAsync(Func<JsonObject> keys, CancellationToken ct)
    {
        var server = new ForgerServer(keys);
        await server._app.StartAsync(ct);
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
