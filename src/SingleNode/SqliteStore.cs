using System.Collections.Concurrent;
using ForgeOrleans.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.SingleNode;

/// <summary>The database of a single node, open from the host's start to its end.</summary>
internal sealed class SqliteStore(IOptions<SingleNodeOptions> options, IHostEnvironment environment, ILogger<SqliteStore> logger) : IDisposable
{
    private readonly ConcurrentBag<StoreReader> _readers = [];
    private DataFolder? _folder;
    private GroupCommit? _writer;
    private bool _closed;

    /// <summary>Something was written that may be due earlier than what the alarm clock waits for.</summary>
    public event Action? AlarmSet;

    public void Open()
    {
        _folder = DataFolder.Open(options.Value.FolderIn(environment));
        try
        {
            _writer = new(_folder, logger);
        }
        catch (SqliteException e)
        {
            // A table or a column is not there.
            throw new ForgeConfigurationException(SqliteDatabase.Damaged(_folder.Database, e.Message), e);
        }
    }

    /// <summary>Reads on the calling thread: a page that is in memory takes microseconds, less than handing the work over would.</summary>
    public TResult Read<TState, TResult>(TState state, Func<StoreReader, TState, TResult> read)
    {
        if (_folder is null || _closed)
            throw new StorageUnavailableException("This process is starting or stopping. Try again.");
        StoreReader? reader = null;
        try
        {
            if (!_readers.TryTake(out reader))
                reader = new(_folder.Database);
            var result = read(reader, state);
            _readers.Add(reader);
            return result;
        }
        catch (Exception e)
        {
            // A connection that failed once is not trusted again.
            reader?.Dispose();
            if (e is not SqliteException)
                throw;
            throw new StorageUnavailableException("The data could not be read. Try again later.", e);
        }
    }

    public Task WriteAsync(StoreWrite write) =>
        _writer is { } writer ? writer.WriteAsync(write) : throw new StorageUnavailableException("This process is starting. Try again.");

    public async Task WriteAlarmAsync(AlarmWrite write)
    {
        await WriteAsync(write);
        AlarmSet?.Invoke();
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _writer?.Dispose();
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _folder?.Dispose();
    }
}
