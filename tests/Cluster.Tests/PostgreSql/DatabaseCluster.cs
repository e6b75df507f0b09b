using ForgeOrleans.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

/// <summary>Silos whose actors' rows and keys are in a PostgreSQL database.</summary>
/// <param name="server">Where the database is made.</param>
/// <param name="silos">How many silos.</param>
public abstract class DatabaseCluster(DatabaseServer server, short silos) : TestedCluster(silos)
{
    // Of what is stored and not of how: vacuuming and hint bits change pages and write to the log, and no row.
    private const string Mark =
        """
        SELECT concat_ws('/',
            (SELECT md5(string_agg(a::text, ',' ORDER BY id)) FROM forge_actor a),
            (SELECT md5(string_agg(r::text || r.xmin::text, ',' ORDER BY actor, name)) FROM forge_row r),
            (SELECT md5(string_agg(a::text || a.xmin::text, ',' ORDER BY actor)) FROM forge_alarm a),
            (SELECT count(*) FROM forge_key))
        """;

    private ClusterDatabase? _database;

    public KeptReminders Reminders { get; } = new();

    public override async Task<string> StorageMarkAsync()
    {
        await using var command = _database!.Command(Mark);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public override async Task OvertakeAsync(string kind, string key)
    {
        await using var command = _database!.Command("UPDATE forge_actor SET epoch = epoch + 1 WHERE kind = $1 AND key = $2");
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = key });
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    public override async Task InitializeAsync()
    {
        if (PostgreSqlPrograms.Missing is not null)
            return;
        _database = await ClusterDatabase.NewAsync(server);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        if (_database is null)
            return;
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override void AddStorage(IServiceCollection services) => _database!.AddTo(services, Reminders);
}

public sealed class TwoSilosWithDatabase(DatabaseServer server) : DatabaseCluster(server, 2);

/// <summary>Silos that run no work: a test does it.</summary>
public sealed class TwoIdleSilosWithDatabase(DatabaseServer server) : DatabaseCluster(server, 2)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Forge:Work:PerProcess", "0")];
}

public sealed class ThreeSilosWithDatabase(DatabaseServer server) : DatabaseCluster(server, 3);
