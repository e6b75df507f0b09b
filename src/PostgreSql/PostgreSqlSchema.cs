using System.Net.Sockets;
using ForgeOrleans.Hosting;
using Npgsql;

namespace ForgeOrleans.PostgreSql;

/// <summary>The tables of a cluster: its actors' state, its encryption keys, and what Orleans' own providers use.</summary>
/// <remarks>
/// No schema is named anywhere, so all is in the first one of the connection's search path, which is <c>public</c> unless the connection
/// string says <c>Search Path=…</c>. Orleans asks for its queries without a schema, so it must find them on that path; where those are,
/// the rest may be too. The names begin with <c>forge_</c> and <c>orleans</c>, so that other tables may live beside them.
/// </remarks>
public static class PostgreSqlSchema
{
    private const int Version = 1;

    // "forge" on a telephone's keys twice; any number will do that nobody else takes.
    private const long Lock = 36743_36743;

    // In seconds: others may be making the tables.
    private const int LockTimeout = 60;

    private static readonly string[] Scripts = ["actors", "keys", "orleans-clustering", "orleans-reminders"];

    /// <summary>Makes the tables where there are none, and sees that they are of this version. Any number of processes may do so at once.</summary>
    /// <param name="dataSource">The pool, as <see cref="PostgreSqlDataSource"/> makes it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeConfigurationException">The server refuses the user, or the database cannot be used as it is.</exception>
    /// <exception cref="StorageUnavailableException">The server cannot be reached now.</exception>
    public static async Task EnsureAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        // The user, the server and the database are named in messages; the password is not in it any more.
        var target = new NpgsqlConnectionStringBuilder(dataSource.ConnectionString);
        try
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
            await CreateOrCheckAsync(connection, target, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e) when (Refusal(e, target) is { } refusal)
        {
            throw new ForgeConfigurationException(refusal, e);
        }
        catch (NpgsqlException e) when (e is not PostgresException && e.InnerException is not (IOException or SocketException or TimeoutException))
        {
            throw new ForgeConfigurationException($"{Server(target)} cannot be talked to ({e.Message}). Check the connection string.", e);
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw new StorageUnavailableException($"{Server(target)} does not answer as it should ({e.Message}). Is it running, and can this machine reach it?", e);
        }
    }

    /// <summary>Does something that only one process may do at a time, the making of the first encryption key for one.</summary>
    /// <param name="dataSource">The pool.</param>
    /// <param name="action">What to do.</param>
    /// <param name="cancellationToken">Gives up waiting for the others.</param>
    public static async Task ExclusivelyAsync(NpgsqlDataSource dataSource, Action action, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellationToken);
        action();
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task CreateOrCheckAsync(NpgsqlConnection connection, NpgsqlConnectionStringBuilder target, CancellationToken cancellationToken)
    {
        // A user who may not create tables may still use those that an administrator has made.
        if (await ScalarAsync(connection, "SELECT to_regclass('forge_schema')::text", cancellationToken) is null)
        {
            await ExecuteAsync(connection, $"CREATE TABLE forge_schema (version integer NOT NULL); INSERT INTO forge_schema VALUES ({Version})", cancellationToken);
            foreach (var script in Scripts)
                await ExecuteAsync(connection, Read(script), cancellationToken);
        }
        else if (await ScalarAsync(connection, "SELECT version FROM forge_schema", cancellationToken) is int version && version > Version)
        {
            throw new ForgeConfigurationException(
                $"the database '{target.Database}' was made by a newer version of ForgeOrleans (schema {version}; this one knows {Version}). Run that version, or restore an older backup.");
        }
    }

    private static string? Refusal(PostgresException e, NpgsqlConnectionStringBuilder target) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"{Server(target)} refuses the user '{target.Username}' ({e.MessageText}). Check user and password in the connection string.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"{Server(target)} has no database '{target.Database}'. Create it, or name another in the connection string.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"the user '{target.Username}' may not make or use tables in the database '{target.Database}' ({e.MessageText}). Grant CREATE on its schema, or let its owner start ForgeOrleans once and then grant the use of the tables.",
        PostgresErrorCodes.InvalidSchemaName =>
            $"the search path of the user '{target.Username}' names no schema of the database '{target.Database}'. Create the schema, or name another in the connection string.",
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateFunction or PostgresErrorCodes.DuplicateObject =>
            $"the database '{target.Database}' has tables of the same names that ForgeOrleans has not made ({e.MessageText}). Give it a database or a schema (Search Path=…) of its own.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"{Server(target)} is read-only. Name the primary in the connection string.",
        _ => null,
    };

    private static string Server(NpgsqlConnectionStringBuilder target) => $"the PostgreSQL server '{target.Host}:{target.Port}'";

    private static string Read(string script)
    {
        using var stream = typeof(PostgreSqlSchema).Assembly.GetManifestResourceStream(script)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = LockTimeout };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is var value and not DBNull ? value : null;
    }
}
