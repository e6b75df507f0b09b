using System.Net;
using ForgeOrleans.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace ForgeOrleans.Silo;

/// <summary>How silos and clients of one cluster are set up. Its times are made for the platform's 25 seconds (contract section 1).</summary>
internal sealed class ClusterSetup(ForgeClusterOptions options, ClusterProvider provider)
{
    // A call to a silo that has just frozen must fail so early that one made again after the silo was voted out (10 s) and its gateway forgotten
    // (2 s) still has time; Orleans' own default is 30 seconds. A client hears of a broken connection, but not of the calls that got lost on it.
    private static readonly TimeSpan ResponseTimeout = CallsToActors.LongestAttempt;
    private static readonly TimeSpan SystemResponseTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(2);

    // A silo that is gone is voted out after some 5 seconds, one that is silent after 10; Orleans' own default is the better part of a minute.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TableRefresh = TimeSpan.FromSeconds(5);

    // After a power cut new silos wait until those before them have not been heard of for three periods (JoinAfterTheDead); with Orleans' own
    // default of 30 seconds that would take the better part of two minutes.
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(3);

    // All activations of a silo that stops are handed over within the 30 seconds that Kubernetes gives it.
    private static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(10);

    public ClusterProvider Provider => provider;

    public void Configure(ISiloBuilder silo)
    {
        provider.AddTo(silo, options);
        silo.Configure<ClusterOptions>(Name);
        silo.Configure<EndpointOptions>(endpoints =>
        {
            (endpoints.SiloPort, endpoints.GatewayPort) = (options.SiloPort, options.GatewayPort);
            if ((options.AdvertisedAddress is { } given ? IPAddress.Parse(given) : provider.DefaultAddress) is { } address)
                endpoints.AdvertisedIPAddress = address;
        });
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            (membership.ProbeTimeout, membership.MaxProbeTimeout, membership.NumMissedProbesLimit) = (ProbeTimeout, LongestProbe, 3);
            (membership.TableRefreshTimeout, membership.IAmAliveTablePublishTimeout) = (TableRefresh, SignOfLife);
        });
        silo.Configure<SiloMessagingOptions>(messaging => (messaging.ResponseTimeout, messaging.SystemResponseTimeout, messaging.CancelRequestOnTimeout) = (ResponseTimeout, SystemResponseTimeout, true));
        silo.Configure<GrainCollectionOptions>(grains =>
            (grains.CollectionAge, grains.DeactivationTimeout, grains.ActivationTimeout) = (options.IdleAfter, DeactivationTimeout, SystemResponseTimeout));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JoinAfterTheDead>();
        // The trace of a request goes on in the grains that it calls.
        silo.AddActivityPropagation();
        ClusterTls.Use(silo, options.Tls);
    }

    public void Configure(IClientBuilder client)
    {
        provider.AddTo(client, options);
        client.Configure<ClusterOptions>(Name);
        client.Configure<ClientMessagingOptions>(messaging => (messaging.ResponseTimeout, messaging.CancelRequestOnTimeout) = (ResponseTimeout, true));
        client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = GatewayRefresh);
        client.AddActivityPropagation();
        ClusterTls.Use(client, options.Tls);
    }

    private void Name(ClusterOptions cluster) => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, options.ServiceId);
}
