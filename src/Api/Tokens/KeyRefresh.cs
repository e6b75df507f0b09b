using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Api.Tokens;

/// <summary>Fetches the keys when the host starts and keeps them fresh. The start does not wait: a key server that is down must not stop it.</summary>
internal sealed class KeyRefresh(FitVerifier verifier) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(verifier.Apps.SelectMany(app => app.Standing).Select(keys => keys.RefreshAsync(stoppingToken)));
}
