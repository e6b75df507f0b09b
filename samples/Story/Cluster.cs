namespace ForgeOrleans.Story;

/// <summary>The backend on two silos and two web processes, all of them programs of their own, over one PostgreSQL server.</summary>
internal sealed class Cluster : IDeployment
{
    private readonly Workshop _workshop;
    private readonly PostgreSqlServer _database;
    private readonly LoadBalancer _balancer;
    private readonly ClusterProcess[] _silos;
    private readonly ClusterProcess[] _webs;

    public Cluster(Workshop workshop, string postgreSqlPrograms)
    {
        _workshop = workshop;
        _database = new(postgreSqlPrograms, workshop.Interrupted);
        _silos = [Silo("silo 1"), Silo("silo 2")];
        _webs = [Web("web 1"), Web("web 2")];
        var port = Ports.Free();
        _balancer = new(port, [.. _webs.Select(web => web.Url)]);
        Url = $"http://127.0.0.1:{port}";
    }

    public string Url { get; }

    public IReadOnlyList<ClusterProcess> Silos => _silos;

    public async Task StartAsync()
    {
        await _database.StartAsync();
        ClusterProcess[] all = [.. _silos, .. _webs];
        foreach (var process in all)
            process.Start();
        await Task.WhenAll(all.Select(process => process.UntilReadyAsync()));
        await _balancer.StartAsync();
    }

    public void Introduce(Transcript transcript)
    {
        transcript.Say($"    the remote    {Url}  (samples/TaskBoard.Cluster, behind a load balancer)");
        foreach (var process in _webs.Concat(_silos))
            transcript.Say($"      {process.Name,-12}{process.Url}  (process {process.Id})");
        transcript.Say($"      PostgreSQL  127.0.0.1:{_database.Port}  (membership, reminders and all data)");
    }

    public Task FailAsync(Cast cast, Platform platform, Transcript transcript) => new SiloFailures(this, cast, platform, transcript, _workshop.Interrupted).PlayAsync();

    public async ValueTask DisposeAsync()
    {
        await _balancer.DisposeAsync();
        foreach (var process in _webs.Concat(_silos))
            process.Dispose();
        await _database.DisposeAsync();
    }

    private ClusterProcess Silo(string name) => new(name, _workshop, () => new(Settings("Silo"))
    {
        ["Forge__Cluster__SiloPort"] = $"{Ports.Free()}",
        ["Forge__Cluster__GatewayPort"] = $"{Ports.Free()}",
        ["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1",
    });

    private ClusterProcess Web(string name) => new(name, _workshop, () => Settings("Api"));

    private Dictionary<string, string> Settings(string role) => new(_workshop.RemoteSettings)
    {
        ["Forge__Role"] = role,
        ["Forge__Cluster__Provider"] = "PostgreSQL",
        ["Forge__Cluster__ConnectionString"] = _database.ConnectionString,
    };
}

/// <summary>A silo or a web process.</summary>
internal sealed class ClusterProcess(string name, Workshop workshop, Func<Dictionary<string, string>> settings) : IDisposable
{
    private StartedProgram? _program;

    public string Name => name;

    public string Url { get; } = $"http://127.0.0.1:{Ports.Free()}";

    public int? Id => _program?.Id;

    public void Start() => _program = workshop.StartSample("TaskBoard.Cluster", Url, settings());

    public Task UntilReadyAsync() => workshop.UntilReadyAsync(_program!, Url);

    public void Kill() => _program!.Kill();

    public void Dispose() => _program?.Dispose();
}
