using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Api.Tokens;

/// <summary>Fetches the keys when the host starts and keeps them fresh. The start does not wait: a key server that is down must not stop it.</summary>
internal sealed class KeyRefresh(IServiceProvider services) : BackgroundService
{
    // The verifier is made here, not with this service: a configuration that it cannot be made from is explained by StartupCheck first.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(services.GetRequiredService<FitVerifier>().Apps
        .SelectMany(app => app.Standing)
        .Select(keys => keys.RefreshAsync(stoppingToken)));
}
