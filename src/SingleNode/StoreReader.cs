using System.Text;
using ForgeOrleans.Hosting;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode;

/// <summary>A connection that reads, with its statements prepared. Used by one thread at a time.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _actor, _row, _rows, _dueAlarms, _nextAlarm;

    public StoreReader(string file)
    {
        _connection = SqliteDatabase.OpenForReading(file);
        _actor = new(_connection, "SELECT id FROM actor WHERE kind = ?1 AND key = ?2");
        _row = new(_connection, "SELECT value FROM actor_row WHERE actor = ?1 AND name = ?2");
        _rows = new(_connection, "SELECT name, value FROM actor_row WHERE actor = ?1 AND name >= ?2 ORDER BY name");
        _dueAlarms = new(
            _connection,
            "SELECT alarm.actor, actor.kind, actor.key, alarm.mark FROM alarm JOIN actor ON actor.id = alarm.actor WHERE alarm.due <= ?1 ORDER BY alarm.due LIMIT ?2");
        _nextAlarm = new(_connection, "SELECT MIN(due) FROM alarm");
    }

    public long? FindActor(StoredActor actor)
    {
        using var found = _actor.With(actor.Kind).With(actor.Key).Rows();
        return found.Next() ? found.Number(0) : null;
    }

    public byte[]? ReadRow(long actor, string name)
    {
        using var found = _row.With(actor).With(name).Rows();
        return found.Next() ? found.Bytes(0) : null;
    }

    public RowPage ListRows(long actor, RowQuery query)
    {
        // By their bytes, as the database does: by UTF-16, characters beyond the first 65,536 come before some of those.
        var from = query.After is { } after && Encoding.UTF8.GetBytes(after).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(query.Prefix)) > 0
            ? after
            : query.Prefix;
        var page = new List<ActorRow>();
        var bytes = 0L;
        using var found = _rows.With(actor).With(from).Rows();
        while (found.Next())
        {
            var name = found.Text(0);
            if (!name.StartsWith(query.Prefix, StringComparison.Ordinal))
                break;
            if (name == query.After)
                continue;
            if (page.Count == query.MostRows || (page.Count > 0 && bytes >= query.MostBytes))
                return new(page, true);
            var value = found.Bytes(1);
            page.Add(new(name, value));
            bytes += value.Length;
        }
        return new(page, false);
    }

    public List<DueAlarm> DueAlarms(long now, int most)
    {
        var alarms = new List<DueAlarm>();
        using var found = _dueAlarms.With(now).With(most).Rows();
        while (found.Next())
            alarms.Add(new(found.Number(0), found.Text(1), found.Text(2), found.Number(3)));
        return alarms;
    }

    public long? NextAlarm()
    {
        using var found = _nextAlarm.Rows();
        return found.Next() && !found.IsNull(0) ? found.Number(0) : null;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _actor, _row, _rows, _dueAlarms, _nextAlarm })
            statement.Dispose();
        _connection.Dispose();
    }
}
