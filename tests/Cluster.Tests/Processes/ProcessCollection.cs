using ForgeOrleans.TestServers;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>
/// The tests with processes run one after the other and beside no other test of this project: they measure times. test.sh gives them a test host
/// of their own. One cluster is for those of them that leave it whole.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessCollection : ICollectionFixture<SharedProcesses>
{
    public const string Name = "Processes";
}

/// <summary>A database server, and a cluster of two silos and two Apis.</summary>
public sealed class SharedProcesses : IAsyncLifetime
{
    /// <summary>What opens the admin API of the cluster.</summary>
    internal const string AdminKey = "the-key-of-the-operators-of-the-cluster";

    private PostgreSqlServer? _server;
    private readonly List<ClusterProcesses> _clusters = [];
    private ClusterProcesses? _whole;

    internal PostgreSqlServer Server => _server!;

    /// <summary>Takes the cluster. A test that fails does not give it back, and the next one gets another.</summary>
    internal async Task<ClusterProcesses> TakeClusterAsync()
    {
        if (_whole is { } whole)
        {
            _whole = null;
            return whole;
        }
        var cluster = await ClusterProcesses.NewAsync(Server);
        _clusters.Add(cluster);
        cluster.Set("TaskBoard__Simulation", "true");
        cluster.Set("Forge__Admin__Key", AdminKey);
        cluster.Set("Forge__Work__FirstRetry", "00:00:00.5");
        // Over sooner than a silent silo is declared dead.
        cluster.Set("Forge__Work__Lease", "00:00:06");
        await cluster.StartAsync(silos: 2, apis: 2);
        return cluster;
    }

    /// <summary>Gives the cluster back with two silos and two Apis that are ready.</summary>
    internal void GiveBack(ClusterProcesses cluster)
    {
        (cluster.Silos.Count, cluster.Apis.Count).ShouldBe((2, 2));
        _whole = cluster;
    }

    public async Task InitializeAsync()
    {
        if (PostgreSqlPrograms.Missing is null)
            _server = await PostgreSqlServer.StartNewAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var cluster in _clusters)
            await cluster.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
