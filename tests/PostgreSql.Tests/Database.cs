using ForgeOrleans.TestServers;
using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>A class's database, with the schema in it.</summary>
public sealed class Database(SharedServer shared) : IAsyncLifetime
{
    private NpgsqlDataSource? _dataSource;

    public PostgreSqlServer Server => shared.Server;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource DataSource => _dataSource!;

    public async Task InitializeAsync()
    {
        if (PostgreSqlPrograms.Missing is not null)
            return;
        ConnectionString = await Server.CreateDatabaseAsync();
        _dataSource = PostgreSqlDataSource.Create(ConnectionString);
        await PostgreSqlSchema.EnsureAsync(_dataSource);
    }

    public async Task DisposeAsync()
    {
        if (_dataSource is not null)
            await _dataSource.DisposeAsync();
    }
}
