using System.Text;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Documents;
using ForgeOrleans.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

/// <summary>What callers notice of a database server that is stopped and started again.</summary>
[Collection(DatabaseServer.Name)]
public sealed class DatabaseOutageTests(DatabaseServer server, LiveSilosWithDatabase live) : IClassFixture<LiveSilosWithDatabase>
{
    private static readonly DocumentName Name = new("notes", "one");

    private readonly string[] _sites = [.. Enumerable.Range(0, 6).Select(_ => Guid.NewGuid().ToString())];

    [Fact]
    public async Task While_the_server_is_down_callers_are_told_so_and_afterwards_all_is_as_it_was()
    {
        foreach (var site in _sites)
            await PutAsync(site, "1");
        await server.Server.StopAsync();
        try
        {
            foreach (var site in _sites)
            {
                (await Should.ThrowAsync<ForgeException>(() => PutAsync(site, "2"))).Code.ShouldBe(ForgeErrorCode.Unavailable);
                (await Should.ThrowAsync<ForgeException>(() => TextAsync(site))).Code.ShouldBe(ForgeErrorCode.Unavailable);
            }
        }
        finally
        {
            await server.Server.StartAsync();
        }

        foreach (var site in _sites)
        {
            (await TextAsync(site)).ShouldBe("1");
            (await PutAsync(site, "3")).Version.ShouldBe(2);
            (await TextAsync(site)).ShouldBe("3");
        }
    }

    private Task<DocumentCommit> PutAsync(string site, string json) =>
        live.Actors.Get<ISiteStateActor>(site).CommitAsync(new([new(Name, Encoding.UTF8.GetBytes(json), null)]));

    private async Task<string?> TextAsync(string site) =>
        await live.Actors.Get<ISiteStateActor>(site).GetAsync(Name) is { } document ? Encoding.UTF8.GetString(document.Utf8Json.Span) : null;
}

public sealed class LiveSilosWithDatabase(DatabaseServer server) : LiveCluster(2)
{
    private ClusterDatabase? _database;

    public override async Task InitializeAsync()
    {
        if (PostgreSqlPrograms.Missing is not null)
            return;
        _database = await ClusterDatabase.NewAsync(server);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    protected override void AddStorage(IServiceCollection services) => _database!.AddTo(services, Reminders);
}
