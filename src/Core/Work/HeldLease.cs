namespace ForgeOrleans.Work;

/// <summary>A lease that this process has, and the handler that runs by it.</summary>
internal sealed class HeldLease : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly TimeProvider _clock;
    private int _isDisposed;

    /// <param name="installation">Whose work it is.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="askedAt">When this process asked for it: the queue counts from later on.</param>
    /// <param name="clock">Tells how long ago that is.</param>
    /// <param name="stopping">Is cancelled when the process stops.</param>
    public HeldLease(string installation, WorkLease lease, long askedAt, TimeProvider clock, CancellationToken stopping)
    {
        (Installation, Lease, Stopping, _clock) = (installation, lease, stopping, clock);
        _end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        End = _end.Token;
        RenewedAt = askedAt;
    }

    public string Installation { get; }

    public WorkLease Lease { get; }

    /// <summary>The handler must end, for whatever reason.</summary>
    public CancellationToken End { get; }

    /// <summary>The process stops.</summary>
    public CancellationToken Stopping { get; }

    public WorkRun? Run { get; set; }

    /// <summary>When this process asked for the lease, or for its renewal, the last time that it was given.</summary>
    public long RenewedAt { get; set; }

    /// <summary>The work has been given to another.</summary>
    public bool IsLost { get; private set; }

    /// <summary>The handler has shown no sign of life for too long.</summary>
    public bool IsSilent { get; private set; }

    public LeaseName Name => new(Lease.Position, Lease.LeaseId, Run?.Progress);

    /// <summary>The queue has not been heard of for so long that it may have given the work to another.</summary>
    public void LoseIfOlderThan(TimeSpan belief)
    {
        if (!IsLost && _clock.GetElapsedTime(RenewedAt) >= belief)
            Lose();
    }

    public void Lose()
    {
        IsLost = true;
        Cancel();
    }

    public void EndIfSilent(TimeSpan longest)
    {
        if (Run is not { } run || _clock.GetElapsedTime(run.LastSign) <= longest)
            return;
        IsSilent = true;
        Cancel();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _end.Dispose();
    }

    private void Cancel()
    {
        try
        {
            _end.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // It has just ended, or a handler's own callback failed: it is to end all the same.
        }
    }
}
