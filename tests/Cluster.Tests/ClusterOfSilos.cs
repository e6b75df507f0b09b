using ForgeOrleans.Conformance;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Puts silos and a client of theirs together in this process, with this library's actors and the probes.</summary>
internal static class ClusterOfSilos
{
    /// <param name="silos">How many silos.</param>
    /// <param name="addStorage">Where the silos keep what must outlive them.</param>
    /// <param name="clock">What actors and their reminders go by, Orleans itself never; null is the real clock.</param>
    /// <param name="settings">What is configured beside.</param>
    public static InProcessTestClusterBuilder New(
        short silos, Action<IServiceCollection> addStorage, FakeClock? clock = null, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host =>
        {
            host.Logging.ClearProviders();
            host.Configuration.AddInMemoryCollection(settings);
            if (clock is not null)
                UseClock(host.Services, clock);
            new ForgeRemoteBuilder(host).AddCore().AddProbes().AddWireProbe();
            host.Services.AddForgeGrainKinds().AddProbeGrains();
        });
        builder.ConfigureSilo((_, silo) => silo.AddReminders());
        builder.ConfigureSiloHost((_, host) => addStorage(host.Services.AddForgeGrains()));
        builder.ConfigureClient(client => client.Services.AddForgeMessages().AddSingleton<IActors>(services =>
            new GrainActors(services.GetRequiredService<IClusterClient>, services.GetServices<ActorGrain>())));
        return builder;
    }

    private static void UseClock(IServiceCollection services, FakeClock clock)
    {
        services.AddSingleton<TimeProvider>(clock);
        services.AddKeyedSingleton(KeyedService.AnyKey, (_, _) => TimeProvider.System);
        services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, clock);
    }
}
