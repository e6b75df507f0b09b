using ForgeOrleans.TestServers;
using Npgsql;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A cluster of TaskBoard processes over a database of its own, and the platform that calls them. No process outlives it.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private const int Active = 3;

    private readonly List<ClusterProcess> _all = [];
    private readonly Dictionary<string, string?> _settings;

    private ClusterProcesses(Platform platform, string connectionString)
    {
        (Platform, ConnectionString) = (platform, connectionString);
        _settings = new(platform.Settings)
        {
            ["Forge__Cluster__Provider"] = "PostgreSQL",
            ["Forge__Cluster__ConnectionString"] = connectionString,
            ["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1",
        };
    }

    public Platform Platform { get; }

    public string ConnectionString { get; }

    // Both are replaced and never changed: a load goes through them all the time.
    public IReadOnlyList<ClusterProcess> Silos { get; private set; } = [];

    public IReadOnlyList<ClusterProcess> Apis { get; private set; } = [];

    /// <summary>What all processes said, those that have ended too.</summary>
    public IEnumerable<string> Outputs => _all.Select(process => process.Output);

    /// <summary>Makes a database and a platform, and no process yet.</summary>
    public static async Task<ClusterProcesses> NewAsync(PostgreSqlServer server) => new(await Platform.StartAsync(), await server.CreateDatabaseAsync());

    /// <summary>Sets something in the configuration of the processes that are started from now on.</summary>
    public void Set(string key, string? value) => _settings[key] = value;

    /// <summary>Starts processes side by side and waits until all are ready.</summary>
    public async Task StartAsync(int silos, int apis)
    {
        ClusterProcess[] newSilos = [.. Enumerable.Range(0, silos).Select(_ => Start("Silo"))];
        ClusterProcess[] newApis = [.. Enumerable.Range(0, apis).Select(_ => Start("Api"))];
        await Task.WhenAll(newSilos.Concat(newApis).Select(process => process.ReadyAsync()));
        (Silos, Apis) = ([.. Silos, .. newSilos], [.. Apis, .. newApis]);
    }

    public async Task<ClusterProcess> StartSiloAsync(params (string Key, string? Value)[] with)
    {
        var silo = await Start("Silo", with).ReadyAsync();
        Silos = [.. Silos, silo];
        return silo;
    }

    public async Task<ClusterProcess> StartApiAsync(params (string Key, string? Value)[] with)
    {
        var api = await Start("Api", with).ReadyAsync();
        Apis = [.. Apis, api];
        return api;
    }

    /// <summary>Counts a process no longer as one of the cluster.</summary>
    public void Forget(ClusterProcess process) => (Silos, Apis) = ([.. Silos.Where(silo => silo != process)], [.. Apis.Where(api => api != process)]);

    /// <summary>Starts a process and waits for nothing.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="with">What is different in its configuration.</param>
    public ClusterProcess Start(string? role, params (string Key, string? Value)[] with)
    {
        var settings = new Dictionary<string, string?>(_settings)
        {
            ["Forge__Cluster__SiloPort"] = $"{Ports.Next()}",
            ["Forge__Cluster__GatewayPort"] = $"{Ports.Next()}",
        };
        foreach (var (key, value) in with)
            settings[key] = value;
        var process = new ClusterProcess(role, settings);
        _all.Add(process);
        return process;
    }

    /// <summary>Waits until the cluster has this many active silos by its own account: one that has died is found dead.</summary>
    public Task ActiveSilosAsync(int count, TimeSpan patience) => Eventually.BecomesTrueAsync(
        async () => await CountAsync($"SELECT count(*) FROM orleans_silo WHERE status = {Active}") == count,
        () => $"there are {count} active silos",
        patience);

    /// <summary>Ends all processes as a power cut does.</summary>
    public async Task KillAllAsync()
    {
        var all = Silos.Concat(Apis).ToArray();
        (Silos, Apis) = ([], []);
        await Task.WhenAll(all.Select(process => process.KillAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _all)
            await process.DisposeAsync();
        (Silos, Apis) = ([], []);
        await Platform.DisposeAsync();
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false");
        await using var command = dataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
