using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.SingleNode;

/// <summary>Opens the database before anything else starts and closes it after everything else has stopped.</summary>
internal sealed class SingleNodeHost(SqliteStore store, SingleNodeActors actors, IOptions<SingleNodeOptions> options, TimeProvider clock)
    : IHostedLifecycleService, IDisposable
{
    private ITimer? _sweep;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var idle = options.Value.IdleAfter;
        if (idle <= TimeSpan.Zero)
            throw new ForgeConfigurationException("Forge:SingleNode:IdleAfter must be more than nothing, such as 00:05:00.");
        if (string.IsNullOrWhiteSpace(options.Value.DataPath))
            throw new ForgeConfigurationException("Forge:DataPath is empty. Name the folder for the database and the keys, or leave it away for ./data.");
        store.Open();
        _sweep = clock.CreateTimer(_ => actors.Retire(idle), null, idle / 2, idle / 2);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        store.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _sweep?.Dispose();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
