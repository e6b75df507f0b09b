using System.Collections.Concurrent;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode;

/// <summary>
/// The one writer. While a commit is on its way to the disk others gather, and share the next: the disk is asked as often as it can
/// answer, and each answer serves all that waited. A write that is refused has changed nothing before, so it takes no other with it.
/// </summary>
internal sealed partial class GroupCommit : IDisposable
{
    private const int MostWrites = 1_000;

    private readonly BlockingCollection<StoreWrite> _waiting = [];
    private readonly StoreStatements _statements;
    private readonly Checkpoints _checkpoints;
    private readonly ILogger _logger;
    private readonly Thread _writer;

    public GroupCommit(DataFolder folder, ILogger logger)
    {
        _statements = new(SqliteDatabase.OpenForWriting(folder.Database));
        _checkpoints = new(folder, _statements, logger);
        _logger = logger;
        _writer = new(Run) { Name = "ForgeOrleans writer", IsBackground = true };
        _writer.Start();
    }

    public Task WriteAsync(StoreWrite write)
    {
        try
        {
            _waiting.Add(write);
            return write.Durable;
        }
        catch (InvalidOperationException e)
        {
            throw new StorageUnavailableException("This process is stopping. Try again.", e);
        }
    }

    /// <summary>Writes what waits, then closes the database.</summary>
    public void Dispose()
    {
        if (_waiting.IsAddingCompleted)
            return;
        _waiting.CompleteAdding();
        _writer.Join();
        _checkpoints.Dispose();
        _statements.Dispose();
        _waiting.Dispose();
    }

    private void Run()
    {
        var batch = new List<StoreWrite>(MostWrites);
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < MostWrites && _waiting.TryTake(out var next))
                batch.Add(next);
            CommitShared(batch);
            batch.Clear();
            _checkpoints.AfterCommit();
        }
    }

    private void CommitShared(List<StoreWrite> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (Exception e) when (batch.Count > 1)
        {
            Log.SharedCommitFailed(_logger, batch.Count, e);
            // One of them may be at fault, or too large for what is left of the disk: each alone.
            foreach (var write in batch)
                CommitShared([write]);
        }
        catch (Exception e)
        {
            Log.CommitFailed(_logger, e);
            batch[0].Fail(new StorageUnavailableException("The data could not be stored. Try again later.", e));
        }
    }

    private void Commit(List<StoreWrite> batch)
    {
        try
        {
            _statements.Begin();
            foreach (var write in batch)
            {
                write.Refusal = null;
                try
                {
                    write.Apply(_statements);
                }
                catch (StaleActivationException e)
                {
                    write.Refusal = e;
                }
            }
            _statements.Commit();
        }
        catch
        {
            if (!_statements.TransactionIsLost)
                _statements.Rollback();
            throw;
        }
        foreach (var write in batch)
            write.Complete();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A commit shared by {Writes} writes failed; each is tried alone.")]
        public static partial void SharedCommitFailed(ILogger logger, int writes, Exception e);

        [LoggerMessage(2, LogLevel.Error, "A write failed. Its caller is told; nothing that was acknowledged is lost.")]
        public static partial void CommitFailed(ILogger logger, Exception e);
    }
}
