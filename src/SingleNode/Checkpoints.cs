using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode;

/// <summary>
/// Moves what the writer has logged to its place in the database, so that the log does not grow. Thousands of pages take as long as dozens of
/// commits: they are moved by another thread, while commits go on. The writer moves only those that have come meanwhile; then it begins the log anew.
/// </summary>
/// <param name="file">The database.</param>
/// <param name="writer">The writer's statements. Only the writer's thread calls what uses them.</param>
/// <param name="logger">The writer's.</param>
internal sealed partial class Checkpoints(string file, StoreStatements writer, ILogger logger) : IDisposable
{
    // 64 MB. A page that many commits have changed is moved once, and a start after a crash reads so much.
    private const int MostLoggedPages = 8_000;

    private int _logged;
    private Task? _moving;

    /// <summary>The writer has committed.</summary>
    public void AfterCommit()
    {
        _logged += writer.TakeWrittenPages();
        if (_moving is { IsCompleted: true })
        {
            Move(writer.Checkpoint);
            (_logged, _moving) = (0, null);
        }
        else if (_moving is null && _logged >= MostLoggedPages)
        {
            _moving = Task.Factory.StartNew(() => Move(MoveMost), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    public void Dispose() => _moving?.Wait();

    private void MoveMost()
    {
        using var connection = SqliteDatabase.OpenForCopying(file);
        connection.Execute(StoreStatements.CheckpointSql);
    }

    // What was committed is safe in the log, and is moved the next time.
    private void Move(Action move)
    {
        try
        {
            move();
        }
        catch (SqliteException e)
        {
            Log.CheckpointFailed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "What was committed could not be moved out of the database's log, which grows until it can. Is the disk full? Nothing is lost.")]
        public static partial void CheckpointFailed(ILogger logger, Exception e);
    }
}
