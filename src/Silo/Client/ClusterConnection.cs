using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Silo.Client;

/// <summary>
/// Connects a web process to the silos, for as long as it takes, beside the web front and not before it: while no silo answers, calls to actors fail at
/// once. Orleans' client finds silos again by itself; only one that could not start is made anew.
/// </summary>
internal sealed partial class ClusterConnection(
    ClusterSetup setup, IServiceProvider services, TimeProvider clock, ILoggerFactory loggers, ILogger<ClusterConnection> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ClusterReach _reach = new(clock);
    private volatile IClusterClient? _client;
    private int _isOut;

    /// <summary>Whether at least one silo can be reached.</summary>
    public bool IsConnected => _client is not null && !_reach.IsLost;

    /// <summary>Makes references to grains.</summary>
    /// <exception cref="ForgeException">No silo can be reached now.</exception>
    public IGrainFactory Grains => _client is { } client && !_reach.IsLost
        ? client
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
                _reach.HasAnswered();
                _client = host.Services.GetRequiredService<IClusterClient>();
                await WatchAsync(_client, stoppingToken);
                // Not by this token, which is cancelled: the host's own limit ends it.
                await host.StopAsync(CancellationToken.None);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SayOnce(e);
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                // Stopped, perhaps while it was still connecting: nobody is left whom a failure would concern.
                Log.StoppedWith(logger, e);
            }
            finally
            {
                _client = null;
                _reach.HasEnded();
            }
        }
    }

    // Questions go to several grains, so that those to a silo that is silent are not the only ones.
    private async Task WatchAsync(IClusterClient client, CancellationToken stoppingToken)
    {
        for (var question = 0; !stoppingToken.IsCancellationRequested; question++)
        {
            _ = AskAsync(client.GetGrain<IReachableGrain>(question % 16));
            if (_reach.IsLost)
                SayOnce(null);
            else if (Interlocked.Exchange(ref _isOut, 0) == 1 || question == 0)
                Log.Connected(logger);
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(IReachableGrain silo)
    {
        try
        {
            await silo.AnswerAsync();
            _reach.HasAnswered();
        }
        catch (Exception e)
        {
            Log.NoAnswer(logger, e);
        }
    }

    // A host of its own, since Orleans starts its client with the host that it is part of, and that start waits for the cluster.
    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(clock);
        foreach (var actor in services.GetServices<ActorType>())
            builder.Services.AddSingleton(actor);
        foreach (var grain in services.GetServices<ActorGrain>())
            builder.Services.AddSingleton(grain);
        builder.UseOrleansClient(client =>
        {
            setup.Configure(client);
            client.Services.AddForgeMessages();
            client.UseConnectionRetryFilter(RetryAsync);
        });
        return builder.Build();
    }

    private async Task<bool> RetryAsync(Exception e, CancellationToken cancellationToken)
    {
        SayOnce(e);
        await Task.Delay(Pause, cancellationToken);
        return true;
    }

    // An attempt a second is made; what is said with every one is not read.
    private void SayOnce(Exception? e)
    {
        if (Interlocked.Exchange(ref _isOut, 1) == 0)
            Log.NotConnected(logger, e);
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

        [LoggerMessage(61, LogLevel.Warning, "The silos cannot be reached; calls to actors are answered 503. An attempt is made every second.")]
        public static partial void NotConnected(ILogger logger, Exception? e);

        [LoggerMessage(62, LogLevel.Debug, "A silo did not answer.")]
        public static partial void NoAnswer(ILogger logger, Exception e);

        [LoggerMessage(63, LogLevel.Debug, "The connection to the silos was ended while the process stops.")]
        public static partial void StoppedWith(ILogger logger, Exception e);
    }
}
