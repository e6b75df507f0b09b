using ForgeOrleans.TestServers;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>The one server of these tests. They run one after the other: some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : IAsyncLifetime, ICollectionFixture<SharedServer>
{
    public const string Name = "PostgreSQL";

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
