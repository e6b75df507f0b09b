namespace ForgeOrleans.Emulator.Live;

/// <summary>
/// Somebody who reads what changes. There is no queue of it: a reader that is slow gets what is new by then, each thing once.
/// </summary>
internal sealed class LiveReader(Changes changes, LiveFeed live, LiveWriter writer, TimeSpan ping)
{
    // What changes in this time is sent together, once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    // Limits and storage are told twice a second at most.
    private static readonly TimeSpan Count = TimeSpan.FromMilliseconds(500);

    private long _countedTo;
    private DateTimeOffset _countFrom;

    /// <summary>Writes all that changes from a number on, until it is cancelled. Time is the machine's: somebody is in front of a screen.</summary>
    public async Task ReadAsync(long position, bool isResumed, CancellationToken ct)
    {
        // Counts may have been on their way when the connection broke.
        _countedTo = isResumed ? 0 : position;
        var isCountPending = isResumed;
        while (true)
        {
            await writer.FlushAsync(ct);
            await Task.Delay(Pause, ct);
            await WaitAsync(position, isCountPending, ct);
            var last = changes.Last;
            foreach (var change in live.Between(position, last))
            {
                await writer.WriteAsync(change, ct);
            }

            position = last;
            isCountPending = !await CountAsync(last, ct);
        }
    }

    /// <summary>Tells what is counted; false when it is too early for that.</summary>
    private async Task<bool> CountAsync(long last, CancellationToken ct)
    {
        if (TimeProvider.System.GetUtcNow() < _countFrom)
        {
            return false;
        }

        foreach (var change in live.Counted(_countedTo, last))
        {
            await writer.WriteAsync(change, ct);
            _countFrom = TimeProvider.System.GetUtcNow() + Count;
        }

        _countedTo = last;
        return true;
    }

    private async Task WaitAsync(long position, bool isCountPending, CancellationToken ct)
    {
        var changed = changes.AfterAsync(position);
        while (true)
        {
            try
            {
                var due = _countFrom - TimeProvider.System.GetUtcNow();
                await changed.WaitAsync(!isCountPending ? ping : due > TimeSpan.Zero ? due : TimeSpan.Zero, ct);
                return;
            }
            catch (TimeoutException) when (isCountPending)
            {
                return;
            }
            catch (TimeoutException)
            {
                await writer.PingAsync(ct);
            }
        }
    }
}
