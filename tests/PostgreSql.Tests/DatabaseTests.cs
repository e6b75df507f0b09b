using System.Diagnostics;
using System.Text;
using ForgeOrleans.Hosting;
using ForgeOrleans.TestServers;
using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>Tests with a database.</summary>
[Collection(SharedServer.Name)]
public abstract class DatabaseTests(Database database) : IClassFixture<Database>
{
    protected const string Kind = "probe";

    /// <summary>An actor that no other test has.</summary>
    protected string Key { get; } = Guid.NewGuid().ToString();

    protected Database Database => database;

    protected PostgreSqlServer Server => database.Server;

    protected NpgsqlDataSource DataSource => database.DataSource;

    protected IActivationStorage Activate(string? key = null) => new PostgreSqlActorStorage(DataSource).Open(Kind, key ?? Key);

    protected static RowChange Put(string name, string value = "1") => new(name, Encoding.UTF8.GetBytes(value));

    protected static RowChange Delete(string name) => new(name, null);

    protected static async Task<string?> ReadAsync(IActorRows rows, string name) =>
        await rows.ReadAsync(name) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    protected static async Task<string[]> NamesAsync(IActorRows rows, string prefix = "", string? after = null) =>
        [.. (await rows.ListAsync(new(prefix, after))).Rows.Select(row => row.Name)];

    protected Task<long> EpochAsync() => ScalarAsync<long>("SELECT coalesce(max(epoch), 0) FROM forge_actor WHERE key = $1", Key);

    /// <summary>Waits until a call waits for a lock on the server.</summary>
    protected async Task SomebodyWaitsForALockAsync()
    {
        var watch = Stopwatch.StartNew();
        while (await ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") == 0)
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5), "nobody waits for the lock");
            await Task.Delay(5);
        }
    }

    protected async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    protected async Task<int> ExecuteAsync(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = DataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
