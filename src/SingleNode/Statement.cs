using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ForgeOrleans.SingleNode;

/// <summary>
/// A statement, prepared once and run again and again without anything between: the objects that ADO.NET makes for a run cost about as much as
/// the run. For one thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int LongestOnStack = 256;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Demand(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Sets the next parameter.</summary>
    public Statement With(long value) => Bound(raw.sqlite3_bind_int64(_statement, ++_bound, value));

    /// <summary>Sets the next parameter.</summary>
    public Statement With(string value)
    {
        if (value.Length is 0)
            // Of no bytes there is no address, which would be taken for NULL.
            return Bound(raw.sqlite3_bind_text(_statement, ++_bound, ""));
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var utf8 = most <= LongestOnStack ? stackalloc byte[LongestOnStack] : new byte[most];
        return Bound(raw.sqlite3_bind_text(_statement, ++_bound, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
    }

    /// <summary>Sets the next parameter.</summary>
    public Statement With(ReadOnlySpan<byte> value) =>
        // As for a text.
        Bound(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, ++_bound, 0) : raw.sqlite3_bind_blob(_statement, ++_bound, value));

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Run()
    {
        using var rows = Rows();
        while (rows.Next())
        {
        }
    }

    /// <summary>Runs it, a row at a time.</summary>
    public Cursor Rows() => new(this);

    public void Dispose() => _statement.Dispose();

    private Statement Bound(int result)
    {
        if (result != raw.SQLITE_OK)
            _bound = 0;
        Demand(result);
        return this;
    }

    private void Demand(int result) => SqliteException.ThrowExceptionForRC(result, _database);

    /// <summary>The rows of one run. Until it is disposed of they stay as they were when it began.</summary>
    public readonly ref struct Cursor(Statement run) : IDisposable
    {
        /// <exception cref="SqliteException">It failed.</exception>
        public bool Next()
        {
            var result = raw.sqlite3_step(run._statement);
            if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
                run.Demand(result);
            return result == raw.SQLITE_ROW;
        }

        public bool IsNull(int column) => raw.sqlite3_column_type(run._statement, column) == raw.SQLITE_NULL;

        public long Number(int column) => raw.sqlite3_column_int64(run._statement, column);

        public string Text(int column) => raw.sqlite3_column_text(run._statement, column).utf8_to_string();

        public byte[] Bytes(int column) => raw.sqlite3_column_blob(run._statement, column).ToArray();

        public void Dispose()
        {
            // Says again what Next has said.
            raw.sqlite3_reset(run._statement);
            run._bound = 0;
        }
    }
}
