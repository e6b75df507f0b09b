using System.Text;
using ForgeOrleans.Hosting;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode;

/// <summary>A connection that reads, with its statements prepared. Used by one thread at a time.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _actor, _row, _rows, _dueAlarms, _nextAlarm;

    public StoreReader(string file)
    {
        _connection = SqliteDatabase.OpenForReading(file);
        _actor = Prepare("SELECT id FROM actor WHERE kind = $0 AND key = $1", 2);
        _row = Prepare("SELECT value FROM actor_row WHERE actor = $0 AND name = $1", 2);
        _rows = Prepare("SELECT name, value FROM actor_row WHERE actor = $0 AND name >= $1 ORDER BY name", 2);
        _dueAlarms = Prepare(
            "SELECT alarm.actor, actor.kind, actor.key, alarm.mark FROM alarm JOIN actor ON actor.id = alarm.actor WHERE alarm.due <= $0 ORDER BY alarm.due LIMIT $1", 2);
        _nextAlarm = Prepare("SELECT MIN(due) FROM alarm", 0);
    }

    public long? FindActor(StoredActor actor)
    {
        _actor.Parameters[0].Value = actor.Kind;
        _actor.Parameters[1].Value = actor.Key;
        return (long?)_actor.ExecuteScalar();
    }

    public byte[]? ReadRow(long actor, string name)
    {
        _row.Parameters[0].Value = actor;
        _row.Parameters[1].Value = name;
        return (byte[]?)_row.ExecuteScalar();
    }

    public RowPage ListRows(long actor, RowQuery query)
    {
        // By their bytes, as the database does: by UTF-16, characters beyond the first 65,536 come before some of those.
        var from = query.After is { } after && Encoding.UTF8.GetBytes(after).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(query.Prefix)) > 0
            ? after
            : query.Prefix;
        _rows.Parameters[0].Value = actor;
        _rows.Parameters[1].Value = from;
        var page = new List<ActorRow>();
        var bytes = 0L;
        using var reader = _rows.ExecuteReader();
        while (reader.Read())
        {
            var name = reader.GetString(0);
            if (!name.StartsWith(query.Prefix, StringComparison.Ordinal))
                break;
            if (name == query.After)
                continue;
            if (page.Count == query.MostRows || (page.Count > 0 && bytes >= query.MostBytes))
                return new(page, true);
            var value = reader.GetFieldValue<byte[]>(1);
            page.Add(new(name, value));
            bytes += value.Length;
        }
        return new(page, false);
    }

    public List<DueAlarm> DueAlarms(long now, int most)
    {
        _dueAlarms.Parameters[0].Value = now;
        _dueAlarms.Parameters[1].Value = most;
        var alarms = new List<DueAlarm>();
        using var reader = _dueAlarms.ExecuteReader();
        while (reader.Read())
            alarms.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
        return alarms;
    }

    public long? NextAlarm() => _nextAlarm.ExecuteScalar() as long?;

    public void Dispose()
    {
        foreach (var command in new[] { _actor, _row, _rows, _dueAlarms, _nextAlarm })
            command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        command.Prepare();
        return command;
    }
}
