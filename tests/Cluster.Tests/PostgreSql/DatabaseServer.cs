using ForgeOrleans.TestServers;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

/// <summary>The one server of the tests with a database. They run one after the other: one of them stops it.</summary>
[CollectionDefinition(Name)]
[TestCaseOrderer("ForgeOrleans.Cluster.Tests.PostgreSql.SkipWithoutServer", "ForgeOrleans.Cluster.Tests")]
public sealed class DatabaseServer : IAsyncLifetime, ICollectionFixture<DatabaseServer>
{
    public const string Name = "Clusters with a database";

    private PostgreSqlServer? _server;

    public PostgreSqlServer Server => _server!;

    public async Task InitializeAsync()
    {
        if (PostgreSqlPrograms.Missing is null)
            _server = await PostgreSqlServer.StartNewAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
