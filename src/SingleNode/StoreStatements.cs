using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode;

/// <summary>The writer's statements, prepared once. Not safe for several threads.</summary>
internal sealed class StoreStatements : IDisposable
{
    /// <summary>Moves logged pages to the database as far as nobody is in the way.</summary>
    public const string CheckpointSql = "PRAGMA wal_checkpoint(PASSIVE)";

    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteCommand _begin, _commit, _rollback, _checkpoint;
    private readonly SqliteCommand _takeEpoch, _readEpoch, _putRow, _deleteRow, _setAlarm, _clearAlarm, _endAlarm, _moveAlarm;
    private readonly SqliteConnection _connection;

    public StoreStatements(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _checkpoint = Prepare(CheckpointSql);
        _takeEpoch = Prepare(
            "INSERT INTO actor (kind, key, epoch) VALUES ($0, $1, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING id, epoch", 2);
        _readEpoch = Prepare("SELECT epoch FROM actor WHERE id = $0", 1);
        _putRow = Prepare(
            "INSERT INTO actor_row (actor, name, value) VALUES ($0, $1, $2) ON CONFLICT DO UPDATE SET value = excluded.value", 3);
        _deleteRow = Prepare("DELETE FROM actor_row WHERE actor = $0 AND name = $1", 2);
        // The mark tells this setting of the alarm from any other, one for the same time included.
        _setAlarm = Prepare(
            "INSERT INTO alarm (actor, due, mark) VALUES ($0, $1, random()) ON CONFLICT DO UPDATE SET due = excluded.due, mark = excluded.mark", 2);
        _clearAlarm = Prepare("DELETE FROM alarm WHERE actor = $0", 1);
        _endAlarm = Prepare("DELETE FROM alarm WHERE actor = $0 AND mark = $1", 2);
        _moveAlarm = Prepare("UPDATE alarm SET due = $2 WHERE actor = $0 AND mark = $1", 3);
    }

    /// <summary>Whether SQLite has ended the transaction by itself, as it does when the disk is full.</summary>
    public bool TransactionIsLost => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public void Rollback() => _rollback.ExecuteNonQuery();

    public void Checkpoint() => _checkpoint.ExecuteNonQuery();

    /// <summary>How many pages this connection has written since it was asked last.</summary>
    public int TakeWrittenPages()
    {
        SQLitePCL.raw.sqlite3_db_status(_connection.Handle, SQLitePCL.raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    public (long Id, long Epoch) TakeEpoch(StoredActor actor)
    {
        using var reader = With(_takeEpoch, actor.Kind, actor.Key).ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public long? ReadEpoch(long actor) => (long?)With(_readEpoch, actor).ExecuteScalar();

    public void PutRow(long actor, string name, ReadOnlyMemory<byte> value) => With(_putRow, actor, name, Array(value)).ExecuteNonQuery();

    public void DeleteRow(long actor, string name) => With(_deleteRow, actor, name).ExecuteNonQuery();

    public void SetAlarm(long actor, long? due) =>
        (due is { } time ? With(_setAlarm, actor, time) : With(_clearAlarm, actor)).ExecuteNonQuery();

    public void EndAlarm(long actor, long mark, long? again) =>
        (again is { } time ? With(_moveAlarm, actor, mark, time) : With(_endAlarm, actor, mark)).ExecuteNonQuery();

    public void Dispose()
    {
        _commands.ForEach(command => command.Dispose());
        _connection.Dispose();
    }

    private static SqliteCommand With(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command;
    }

    private static byte[] Array(ReadOnlyMemory<byte> value) =>
        MemoryMarshal.TryGetArray(value, out var segment) && segment.Array is { } array && segment.Count == array.Length ? array : value.ToArray();

    private SqliteCommand Prepare(string sql, int parameters = 0)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        command.Prepare();
        _commands.Add(command);
        return command;
    }
}
