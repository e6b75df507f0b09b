using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.Bench.Bounds;

/// <summary>
/// Durable inserts with nothing around them: 64 producers, each waiting for its own row, one writer thread, and whatever waits
/// shares a commit. WAL with full durability, the same sort of row that a task makes.
/// </summary>
public static class RawSqlite
{
    public const string Command = "raw-sqlite";
    private const int Producers = 64;
    private const int ValueLength = 300;

    public static async Task RunAsync(string folder, TimeSpan duration)
    {
        var inserts = Channel.CreateUnbounded<Insert>(new() { SingleReader = true });
        using var connection = Open(folder);
        var writer = new Thread(() => Write(connection, inserts.Reader));
        writer.Start();

        await ProduceAsync(TimeSpan.FromSeconds(5));
        await OwnProcess.AnswerAsync(() => ProduceAsync(duration));
        inserts.Writer.Complete();
        writer.Join();

        async Task<long> ProduceAsync(TimeSpan time)
        {
            var watch = Stopwatch.StartNew();
            var done = await Task.WhenAll(Enumerable.Range(0, Producers).Select(async _ =>
            {
                var count = 0L;
                for (; watch.Elapsed < time; count++)
                {
                    var insert = new Insert($"{Random.Shared.Next(1000):x8}-1257-4000-8000-000000000000/tasks/{Guid.CreateVersion7()}");
                    inserts.Writer.TryWrite(insert);
                    await insert.Durable.Task;
                }
                return count;
            }));
            return done.Sum();
        }
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "raw.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE rows (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
            """;
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Write(SqliteConnection connection, ChannelReader<Insert> inserts)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows (name, value) VALUES ($name, $value)";
        var name = insert.Parameters.Add("$name", SqliteType.Text);
        insert.Parameters.Add("$value", SqliteType.Blob).Value = RandomNumberGenerator.GetBytes(ValueLength);

        var batch = new List<Insert>();
        while (inserts.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            while (inserts.TryRead(out var next))
            {
                name.Value = next.Name;
                insert.ExecuteNonQuery();
                batch.Add(next);
            }
            transaction.Commit();
            foreach (var done in batch) done.Durable.SetResult();
            batch.Clear();
        }
    }

    private sealed record Insert(string Name)
    {
        public TaskCompletionSource Durable { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
