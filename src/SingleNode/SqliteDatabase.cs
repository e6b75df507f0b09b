using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ForgeOrleans.SingleNode;

/// <summary>Opens the database file: makes its tables, and refuses to start over one that is damaged or cannot be written.</summary>
internal static class SqliteDatabase
{
    private const int SchemaVersion = 1;

    // A damaged page is best found before the first customer finds it, but a start must not take longer the larger the file is.
    private static readonly TimeSpan LongestCheck = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens a connection for the writer; there is one.</summary>
    /// <exception cref="ForgeConfigurationException">The file is no database, is damaged, was made by a newer version, or cannot be written.</exception>
    public static SqliteConnection OpenForWriting(string file)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = Open(file, SqliteOpenMode.ReadWriteCreate);
            // The size of pages is settled with the first of them. Twice the usual: a commit touches a few pages of each actor, and every page is two
            // writes to the log, whatever its size.
            connection.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16000;");
            Check(connection, file);
            Migrate(connection, file);
            // Takes the write lock and the disk, so that a full or read-only one is told now.
            connection.Execute("BEGIN IMMEDIATE; PRAGMA application_id = 1179603783; COMMIT;");
            return connection;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw new ForgeConfigurationException(e.SqliteErrorCode switch
            {
                raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => Damaged(file, e.Message),
                raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
                    $"the database '{file}' cannot be written ({e.Message}). Give this process write access to the data path.",
                raw.SQLITE_FULL => $"the disk of the database '{file}' is full. Make room on it.",
                raw.SQLITE_BUSY or raw.SQLITE_LOCKED => $"the database '{file}' is locked by another program. Close it.",
                _ => $"the database '{file}' cannot be opened ({e.Message}).",
            }, e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that cannot write; there are as many as threads that read at once.</summary>
    public static SqliteConnection OpenForReading(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadWrite);
        connection.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -16000;");
        return connection;
    }

    /// <summary>Opens a connection that copies the database, or its log. SQLite calls that a write, so it is not kept from writing.</summary>
    public static SqliteConnection OpenForCopying(string file) => Open(file, SqliteOpenMode.ReadWrite);

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Says that a database is damaged, and what to do.</summary>
    public static string Damaged(string file, string finding) =>
        $"the database '{file}' is damaged ({finding}). Restore the data path from a backup, or move it away to begin empty.";

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        // Statements are run without the library around them, which would have waited.
        connection.Execute("PRAGMA busy_timeout = 5000");
        return connection;
    }

    private static void Check(SqliteConnection connection, string file)
    {
        var watch = Stopwatch.StartNew();
        raw.sqlite3_progress_handler(connection.Handle, 500, _ => watch.Elapsed > LongestCheck ? 1 : 0, null);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            if (command.ExecuteScalar() as string is { } finding and not "ok")
                throw new ForgeConfigurationException(Damaged(file, finding));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            // As far as it went all was well.
        }
        finally
        {
            raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }
    }

    private static void Migrate(SqliteConnection connection, string file)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = (long)command.ExecuteScalar()!;
        if (version > SchemaVersion)
            throw new ForgeConfigurationException(
                $"the database '{file}' was made by a newer version of ForgeOrleans (schema {version}; this one knows {SchemaVersion}). Run that version, or restore an older backup.");
        if (version == 0)
            connection.Execute($"""
                BEGIN IMMEDIATE;
                CREATE TABLE actor (
                    id INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL,
                    key TEXT NOT NULL,
                    epoch INTEGER NOT NULL,
                    UNIQUE (kind, key)) STRICT;
                -- In the order in which they came, found by an index of short entries: values in a tree ordered by name would make it deep,
                -- and every commit write a page or two for each of them.
                CREATE TABLE actor_row (
                    actor INTEGER NOT NULL,
                    name TEXT NOT NULL,
                    value BLOB NOT NULL,
                    PRIMARY KEY (actor, name)) STRICT;
                CREATE TABLE alarm (
                    actor INTEGER PRIMARY KEY,
                    due INTEGER NOT NULL,
                    mark INTEGER NOT NULL) STRICT;
                CREATE INDEX alarm_by_due ON alarm (due);
                PRAGMA user_version = {SchemaVersion};
                COMMIT;
                """);
    }
}
