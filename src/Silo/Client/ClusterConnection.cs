using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Silo.Client;

/// <summary>
/// Connects a web process to the silos, for as long as it takes and as often as it must, beside the web front and not before it: while there
/// is no connection, calls to actors fail at once.
/// </summary>
internal sealed partial class ClusterConnection(
    ClusterSetup setup, IServiceProvider services, ILoggerFactory loggers, ILogger<ClusterConnection> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private volatile IClusterClient? _client;
    private int _gateways;

    /// <summary>Whether at least one silo can be reached.</summary>
    public bool IsConnected => _client is not null && Volatile.Read(ref _gateways) > 0;

    /// <summary>Makes references to grains.</summary>
    /// <exception cref="ForgeException">No silo can be reached now.</exception>
    public IGrainFactory Grains => IsConnected
        ? _client!
        : throw new ForgeException(ForgeErrorCode.Unavailable, "The silos of this app cannot be reached now. Try again in a few seconds.")
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var host = Build();
                await host.StartAsync(stoppingToken);
                _client = host.Services.GetRequiredService<IClusterClient>();
                Log.Connected(logger);
                await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // Not by this token, which is cancelled: the host's own limit ends it.
                await host.StopAsync(CancellationToken.None);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.NotConnected(logger, Pause.TotalSeconds, e);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // Stopped while it was still connecting.
            }
            finally
            {
                _client = null;
            }
        }
    }

    // A host of its own, since Orleans starts its client with the host that it is part of, and that start waits for the cluster.
    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(services.GetRequiredService<TimeProvider>());
        foreach (var actor in services.GetServices<ActorType>())
            builder.Services.AddSingleton(actor);
        foreach (var grain in services.GetServices<ActorGrain>())
            builder.Services.AddSingleton(grain);
        builder.UseOrleansClient(client =>
        {
            setup.Configure(client);
            client.Services.AddForgeMessages();
            client.UseConnectionRetryFilter(RetryAsync);
            client.AddGatewayCountChangedHandler((_, change) => Volatile.Write(ref _gateways, change.NumberOfConnectedGateways));
        });
        return builder.Build();
    }

    private async Task<bool> RetryAsync(Exception e, CancellationToken cancellationToken)
    {
        Log.NotConnected(logger, Pause.TotalSeconds, e);
        await Task.Delay(Pause, cancellationToken);
        return true;
    }

    /// <summary>The signals of the process are the web host's: this one is stopped by it, after the last request.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "Connected to the silos.")]
        public static partial void Connected(ILogger logger);

        [LoggerMessage(61, LogLevel.Warning, "The silos cannot be reached; calls to actors are answered 503. Another attempt in {Seconds} s.")]
        public static partial void NotConnected(ILogger logger, double seconds, Exception e);
    }
}
