using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode;

/// <summary>The writer's statements, prepared once. Not safe for several threads.</summary>
internal sealed class StoreStatements : IDisposable
{
    /// <summary>Moves logged pages to the database as far as nobody is in the way.</summary>
    public const string CheckpointSql = "PRAGMA wal_checkpoint(PASSIVE)";

    private readonly List<Statement> _statements = [];
    private readonly Statement _begin, _commit, _rollback, _checkpoint;
    private readonly Statement _takeEpoch, _readEpoch, _nextName, _putRow, _deleteRow, _setAlarm, _clearAlarm, _endAlarm, _moveAlarm;
    private readonly SqliteConnection _connection;

    public StoreStatements(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _checkpoint = Prepare(CheckpointSql);
        _takeEpoch = Prepare(
            "INSERT INTO actor (kind, key, epoch) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING id, epoch");
        _readEpoch = Prepare("SELECT epoch FROM actor WHERE id = ?1");
        _nextName = Prepare("SELECT name FROM actor_row WHERE actor = ?1 AND name >= ?2 ORDER BY name LIMIT 1");
        _putRow = Prepare(
            "INSERT INTO actor_row (actor, name, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value");
        _deleteRow = Prepare("DELETE FROM actor_row WHERE actor = ?1 AND name = ?2");
        // The mark tells this setting of the alarm from any other, one for the same time included.
        _setAlarm = Prepare(
            "INSERT INTO alarm (actor, due, mark) VALUES (?1, ?2, random()) ON CONFLICT DO UPDATE SET due = excluded.due, mark = excluded.mark");
        _clearAlarm = Prepare("DELETE FROM alarm WHERE actor = ?1");
        _endAlarm = Prepare("DELETE FROM alarm WHERE actor = ?1 AND mark = ?2");
        _moveAlarm = Prepare("UPDATE alarm SET due = ?3 WHERE actor = ?1 AND mark = ?2");
    }

    /// <summary>Whether SQLite has ended the transaction by itself, as it does when the disk is full.</summary>
    public bool TransactionIsLost => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void Rollback() => _rollback.Run();

    public void Checkpoint() => _checkpoint.Run();

    /// <summary>How many pages this connection has written since it was asked last.</summary>
    public int TakeWrittenPages()
    {
        SQLitePCL.raw.sqlite3_db_status(_connection.Handle, SQLitePCL.raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    public (long Id, long Epoch) TakeEpoch(StoredActor actor)
    {
        using var taken = _takeEpoch.With(actor.Kind).With(actor.Key).Rows();
        taken.Next();
        return (taken.Number(0), taken.Number(1));
    }

    public long? ReadEpoch(long actor)
    {
        using var found = _readEpoch.With(actor).Rows();
        return found.Next() ? found.Number(0) : null;
    }

    public bool IsAnyRow(long actor, string prefix)
    {
        using var found = _nextName.With(actor).With(prefix).Rows();
        return found.Next() && found.Text(0).StartsWith(prefix, StringComparison.Ordinal);
    }

    public void PutRow(long actor, string name, ReadOnlySpan<byte> value) => _putRow.With(actor).With(name).With(value).Run();

    public void DeleteRow(long actor, string name) => _deleteRow.With(actor).With(name).Run();

    public void SetAlarm(long actor, long? due) => (due is { } time ? _setAlarm.With(actor).With(time) : _clearAlarm.With(actor)).Run();

    public void EndAlarm(long actor, long mark, long? again) =>
        (again is { } time ? _moveAlarm.With(actor).With(mark).With(time) : _endAlarm.With(actor).With(mark)).Run();

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _statements.Add(statement);
        return statement;
    }
}
