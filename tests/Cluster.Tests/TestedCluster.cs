using ForgeOrleans.Conformance;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>A cluster of silos in this process, and a client of it, as the conformance tests see it.</summary>
/// <param name="silos">How many silos.</param>
public abstract class TestedCluster(short silos) : ActorHost, IAsyncLifetime
{
    public InProcessTestCluster Cluster { get; private set; } = null!;

    public override IServiceProvider Services => Cluster.Client.ServiceProvider;

    public override IReadOnlyList<IServiceProvider> Processes => [.. Cluster.Silos.Select(silo => silo.ServiceProvider)];

    public override TimeSpan NewsTravelsFor => TimeSpan.FromMilliseconds(500);

    public virtual Task InitializeAsync() => StartAsync();

    public virtual Task DisposeAsync() => StopAsync();

    public override async Task RestartAsync(TimeSpan downFor = default)
    {
        await StopAsync();
        Clock.Advance(downFor);
        await StartAsync();
    }

    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <summary>Where the silos keep what must outlive them.</summary>
    protected abstract void AddStorage(IServiceCollection services);

    private async Task StartAsync()
    {
        Cluster = ClusterOfSilos.New(silos, AddStorage, Clock, Settings).Build();
        await Cluster.DeployAsync();
    }

    private async Task StopAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }
}
