namespace ForgeOrleans.Emulator.Live;

/// <summary>
/// Numbers everything that changes. Whatever can change keeps the number of its last change, so that a reader needs no queue: it
/// remembers up to which number it has read, and takes what is above it as it is by then. A slow reader so misses what was between, and
/// never the end.
/// </summary>
internal sealed class Changes
{
    private readonly Lock _turn = new();
    private long _last;
    private TaskCompletionSource? _waiting;

    /// <summary>Which run of the emulator the numbers are of: they begin anew with each.</summary>
    public Guid Run { get; } = Guid.NewGuid();

    /// <summary>The number of the last change; everything up to it has its number.</summary>
    public long Last
    {
        get
        {
            lock (_turn)
            {
                return _last;
            }
        }
    }

    /// <summary>Gives something that has changed its new number.</summary>
    public void Mark(ref long version)
    {
        TaskCompletionSource? waiting;
        lock (_turn)
        {
            Volatile.Write(ref version, ++_last);
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Completes when there is a change above a number.</summary>
    public Task AfterAsync(long version)
    {
        lock (_turn)
        {
            return _last > version
                ? Task.CompletedTask
                : (_waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
