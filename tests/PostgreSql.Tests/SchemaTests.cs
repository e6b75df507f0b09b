using ForgeOrleans.Hosting;
using Npgsql;

namespace ForgeOrleans.PostgreSql.Tests;

/// <summary>How a database gets its tables, and which databases are refused.</summary>
public sealed class SchemaTests(Database database) : DatabaseTests(database)
{
    [PostgreSqlFact]
    public async Task Many_processes_may_start_at_once_over_an_empty_database_and_over_a_full_one()
    {
        var empty = await Server.CreateDatabaseAsync();
        for (var round = 0; round < 2; round++)
        {
            var processes = Enumerable.Range(0, 8).Select(_ => PostgreSqlDataSource.Create(empty)).ToList();
            await Task.WhenAll(processes.Select(process => Task.Run(() => PostgreSqlSchema.EnsureAsync(process))));
            await new PostgreSqlActorStorage(processes[round]).Open(Kind, Key).CommitAsync([Put("row", $"{round}")]);
            processes.ForEach(process => process.Dispose());
        }
        await using var last = PostgreSqlDataSource.Create(empty);
        (await ReadAsync(new PostgreSqlActorStorage(last).Open(Kind, Key), "row")).ShouldBe("1");
        await using var count = last.CreateCommand("SELECT count(*) FROM OrleansQuery");
        (await count.ExecuteScalarAsync()).ShouldBe(16L);
    }

    [PostgreSqlFact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        var newer = await PreparedAsync("UPDATE forge_schema SET version = 99");
        var message = await RefusalAsync(newer);
        message.ShouldContain("newer version");
        message.ShouldContain("99");
    }

    [PostgreSqlFact]
    public async Task A_schema_that_could_not_be_made_to_its_end_is_not_there_at_all()
    {
        var half = await Server.CreateDatabaseAsync();
        await ExecuteInAsync(half, "CREATE TABLE orleans_reminder (x int)");
        (await RefusalAsync(half)).ShouldContain("orleans_reminder");
        await ExecuteInAsync(half, "DROP TABLE orleans_reminder");
        await using var process = PostgreSqlDataSource.Create(half);
        await PostgreSqlSchema.EnsureAsync(process);
    }

    [PostgreSqlFact]
    public async Task A_password_is_in_no_message()
    {
        const string wrong = "a-wrong-and-secret-password";
        (await RefusalAsync(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Password = wrong }.ToString(), wrong))
            .ShouldContain("user 'forge'");
        await RefusalAsync(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Password = null }.ToString());
    }

    [PostgreSqlFact]
    public async Task A_database_or_a_user_that_is_not_there_is_named()
    {
        (await RefusalAsync(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Database = "nowhere" }.ToString())).ShouldContain("'nowhere'");
        (await RefusalAsync(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = "nobody" }.ToString())).ShouldContain("'nobody'");
        (await RefusalAsync(Database.ConnectionString + ";Search Path=nowhere")).ShouldContain("search path");
    }

    [PostgreSqlFact]
    public async Task A_user_who_may_not_create_tables_is_told_so_and_may_use_those_that_are_there()
    {
        await ExecuteAsync("CREATE ROLE guest LOGIN PASSWORD 'guest-password'");
        var prepared = await PreparedAsync("SELECT 1");
        var (empty, full) = (AsGuest(await Server.CreateDatabaseAsync()), AsGuest(prepared));
        (await RefusalAsync(empty, "guest-password")).ShouldContain("GRANT", Case.Insensitive);
        (await RefusalAsync(full, "guest-password")).ShouldContain("'guest'");

        await ExecuteInAsync(prepared, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest");
        await using var process = PostgreSqlDataSource.Create(full);
        await PostgreSqlSchema.EnsureAsync(process);
        await new PostgreSqlActorStorage(process).Open(Kind, Key).CommitAsync([Put("row")]);

        static string AsGuest(string connectionString) =>
            new NpgsqlConnectionStringBuilder(connectionString) { Username = "guest", Password = "guest-password" }.ToString();
    }

    [PostgreSqlFact]
    public async Task A_server_that_cannot_be_reached_is_named()
    {
        await using var process = PostgreSqlDataSource.Create(new NpgsqlConnectionStringBuilder(Database.ConnectionString) { Port = 1 }.ToString());
        var failure = await Should.ThrowAsync<StorageUnavailableException>(() => PostgreSqlSchema.EnsureAsync(process));
        failure.Message.ShouldContain("'127.0.0.1:1'");
        failure.ToString().ShouldNotContain(Server.Password);
    }

    [PostgreSqlFact]
    public async Task A_schema_of_its_own_holds_everything()
    {
        var shared = await Server.CreateDatabaseAsync();
        await ExecuteInAsync(shared, "CREATE SCHEMA forge");
        await using var process = PostgreSqlDataSource.Create(shared + ";Search Path=forge");
        await PostgreSqlSchema.EnsureAsync(process);
        await new PostgreSqlActorStorage(process).Open(Kind, Key).CommitAsync([Put("row")]);

        await using var command = process.CreateCommand("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'");
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }

    private async Task<string> PreparedAsync(string sql)
    {
        var connectionString = await Server.CreateDatabaseAsync();
        await using (var process = PostgreSqlDataSource.Create(connectionString))
            await PostgreSqlSchema.EnsureAsync(process);
        await ExecuteInAsync(connectionString, sql);
        return connectionString;
    }

    private static async Task ExecuteInAsync(string connectionString, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> RefusalAsync(string connectionString, string? password = null)
    {
        await using var process = PostgreSqlDataSource.Create(connectionString);
        var refusal = await Should.ThrowAsync<ForgeConfigurationException>(() => PostgreSqlSchema.EnsureAsync(process));
        for (Exception? e = refusal; e is not null; e = e.InnerException)
        {
            e.ToString().ShouldNotContain(Server.Password);
            if (password is not null)
                e.ToString().ShouldNotContain(password);
        }
        return refusal.Message;
    }
}
