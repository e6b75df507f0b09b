using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode;

/// <summary>
/// Moves what the writer has logged to its place in the database, so that the log does not grow. Thousands of pages take as long as dozens of
/// commits: they are moved by another thread, while commits go on, and then those that have come meanwhile, until only a few are left. These the writer
/// moves between two commits; then it begins the log anew.
/// </summary>
/// <param name="folder">Has the database.</param>
/// <param name="writer">The writer's statements. Only the writer's thread calls what uses them.</param>
/// <param name="logger">The writer's.</param>
internal sealed partial class Checkpoints(DataFolder folder, StoreStatements writer, ILogger logger) : IDisposable
{
    // 64 MB. A page that many commits have changed is moved once, and a start after a crash reads so much.
    private const int MostLoggedPages = 8_000;

    // The disk takes these in about the time of a commit.
    private const int FewPages = 250;

    // Where pages come as fast as they are moved there are never few, and the log must end all the same.
    private const int MostPasses = 6;

    private int _logged;
    private int _passes;
    private Task _moving = Task.CompletedTask;

    /// <summary>The writer has committed.</summary>
    public void AfterCommit()
    {
        _logged += writer.TakeWrittenPages();
        if (!_moving.IsCompleted || (_passes == 0 && _logged < MostLoggedPages))
            return;
        if (_passes == MostPasses || (_passes > 0 && _logged <= FewPages))
        {
            Move(writer.Checkpoint);
            (_logged, _passes) = (0, 0);
            return;
        }
        (_logged, _passes) = (0, _passes + 1);
        _moving = Task.Factory.StartNew(() => Move(MoveMost), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose() => _moving.Wait();

    private void MoveMost()
    {
        using var connection = SqliteDatabase.OpenForCopying(folder.Database);
        connection.Execute(StoreStatements.CheckpointSql);
        // SQLite does so only when nothing is left to move. The writer would wait for all of it in the end.
        folder.FlushDatabase();
    }

    // What was committed is safe in the log, and is moved the next time.
    private void Move(Action move)
    {
        try
        {
            move();
        }
        catch (Exception e)
        {
            // Not even what nobody has thought of may end the writer, and with it the process.
            Log.CheckpointFailed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Warning, "What was committed could not be moved out of the database's log, which grows until it can. Is the disk full? Nothing is lost.")]
        public static partial void CheckpointFailed(ILogger logger, Exception e);
    }
}
