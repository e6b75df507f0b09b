using ForgeOrleans.Cluster.Tests.Silos;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Travel;

/// <summary>Silos and a client whose every log line is kept, and that wait two seconds for an answer.</summary>
public sealed class LoggedCluster() : LiveCluster(2)
{
    public CapturedLog Log { get; } = new();

    protected override void Configure(InProcessTestClusterBuilder builder)
    {
        builder.ConfigureHost(host =>
        {
            host.Logging.AddProvider(Log);
            host.Logging.SetMinimumLevel(LogLevel.Trace);
            host.Logging.AddFilter(null, LogLevel.Trace);
        });
        var shortly = TimeSpan.FromSeconds(2);
        builder.ConfigureSilo((_, silo) => silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = shortly));
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = shortly));
    }
}
