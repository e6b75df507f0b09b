using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using ForgeOrleans.TokenProtection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Placement;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests.Silos;

/// <summary>Silos that go by the real clock and soon notice that one of them is dead, over storage that outlives them.</summary>
/// <param name="silos">How many silos it begins with.</param>
public abstract class LiveCluster(short silos) : IAsyncLifetime
{
    private readonly KeptKeys _keys = new();

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public KeptStorage Storage { get; } = new();

    public KeptReminders Reminders { get; } = new();

    /// <summary>The actors, called from outside the silos.</summary>
    public IActors Actors => Cluster.Client.ServiceProvider.GetRequiredService<IActors>();

    /// <summary>The actors, called from within a silo.</summary>
    public static IActors ActorsOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<IActors>();

    /// <summary>The silo that has an activation of an actor.</summary>
    public SiloAddress? SiloOf(string kind, string key) =>
        Cluster.TryGetGrainContext(GrainId.Create(kind, key), out var grain) ? grain.Address.SiloAddress : null;

    /// <summary>Returns the key of a new actor that lives on a silo, and calls it once for that.</summary>
    public async Task<string> NewOnAsync<TActor>(InProcessSiloHandle silo, string kind, Func<TActor, Task> call) where TActor : class
    {
        var key = Guid.NewGuid().ToString();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silo.SiloAddress);
        try
        {
            await call(Actors.Get<TActor>(key));
        }
        finally
        {
            RequestContext.Clear();
        }
        SiloOf(kind, key).ShouldBe(silo.SiloAddress);
        return key;
    }

    public Task<string> NewProbeOnAsync(InProcessSiloHandle silo) =>
        NewOnAsync<IWireProbe>(silo, "wire-probe", probe => probe.EchoAsync(new("Are you there?")));

    public virtual async Task InitializeAsync()
    {
        var builder = ClusterOfSilos.New(silos, AddStorage);
        builder.ConfigureSilo((_, silo) => silo.Configure<ClusterMembershipOptions>(membership =>
        {
            (membership.ProbeTimeout, membership.MaxProbeTimeout, membership.NumMissedProbesLimit) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 2);
            (membership.TableRefreshTimeout, membership.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(2), 1);
        }));
        // A call that is on a silo when it is killed ends with this.
        var responseTimeout = TimeSpan.FromSeconds(5);
        builder.ConfigureSilo((_, silo) => silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = responseTimeout));
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = responseTimeout));
        Configure(builder);
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public virtual async Task DisposeAsync()
    {
        if (Cluster is null)
            return;
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }

    protected virtual void Configure(InProcessTestClusterBuilder builder)
    {
    }

    protected virtual void AddStorage(IServiceCollection services) => services
        .AddKeyedSingleton<IGrainStorage>(PersistentRows.ProviderName, Storage)
        .AddSingleton<IReminderTable>(Reminders)
        .AddTokenProtection(_ => _keys);
}

public sealed class ThreeLiveSilos() : LiveCluster(3);

public sealed class TwoLiveSilos() : LiveCluster(2);

/// <summary>Tests that watch a real clock or load the machine: one after the other, when the others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealTime
{
    public const string Name = "Real time";
}
