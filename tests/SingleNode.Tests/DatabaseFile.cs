using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>The database of a data path, opened beside the node that runs on it, as an operator with a tool could.</summary>
internal sealed class DatabaseFile : IDisposable
{
    private readonly SqliteConnection _connection;

    public DatabaseFile(string dataPath, bool readOnly = false)
    {
        File = Path.Combine(dataPath, "forge.db");
        _connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = File,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        _connection.Open();
    }

    public string File { get; }

    /// <summary>Another one after anybody else has committed anything.</summary>
    public string Mark() => Convert.ToString(Scalar("PRAGMA data_version"), CultureInfo.InvariantCulture)!;

    public object? Scalar(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar();
    }

    public long Count(string sql, params (string Name, object Value)[] parameters) => (long)Scalar(sql, parameters)!;

    public int Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Makes every write of a row whose name is <c>refused</c> fail, in one of the ways in which SQLite can.</summary>
    public void RefuseRows(string how = "ABORT", string name = "refused") => Execute(
        $"CREATE TRIGGER refusal BEFORE INSERT ON actor_row WHEN NEW.name GLOB '{name}' BEGIN SELECT RAISE({how}, 'no room'); END");

    public void RefuseNoMore() => Execute("DROP TRIGGER refusal");

    /// <summary>How many commits are in the write-ahead log: each ends with a frame that says how large the database then is.</summary>
    public int CommitsInLog()
    {
        using var stream = new FileStream(File + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var log = new byte[stream.Length];
        stream.ReadExactly(log);
        var frame = 24 + (int)BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(8));
        var salts = log.AsSpan(16, 8);
        var commits = 0;
        for (var at = 32; at + frame <= log.Length; at += frame)
            if (log.AsSpan(at + 8, 8).SequenceEqual(salts) && BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(at + 4)) != 0)
                commits++;
        return commits;
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql, (string Name, object Value)[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
