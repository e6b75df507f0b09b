using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>
/// An actor in memory. Its calls run one after another, each to its end, in the order in which they came; a call to an idle actor runs on
/// the caller's own thread.
/// </summary>
internal sealed class Activation(object actor, ActivationRows rows, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Queue<TaskCompletionSource<bool>>? _waiting;
    private bool _busy;
    private bool _retired;
    private long _lastUsed = clock.GetTimestamp();

    public object Actor => actor;

    /// <summary>Begins a turn.</summary>
    /// <returns>False when the activation has gone away and the call belongs to its successor.</returns>
    public ValueTask<bool> EnterAsync()
    {
        lock (_gate)
        {
            if (_retired)
                return new(false);
            if (!_busy)
                return new(_busy = true);
            // The next turn must not run inside the end of this one.
            var turn = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            (_waiting ??= new()).Enqueue(turn);
            return new(turn.Task);
        }
    }

    /// <summary>Ends a turn.</summary>
    /// <returns>False when this was the activation's last turn, since a commit failed in it.</returns>
    public bool Leave()
    {
        lock (_gate)
        {
            _lastUsed = clock.GetTimestamp();
            if (rows.IsDoomed)
            {
                _retired = true;
                while (_waiting?.TryDequeue(out var turn) == true)
                    turn.SetResult(false);
            }
            else if (_waiting?.TryDequeue(out var turn) == true)
            {
                turn.SetResult(true);
            }
            else
            {
                _busy = false;
            }
            return !_retired;
        }
    }

    /// <summary>Retires the activation if it has been idle for so long.</summary>
    public bool RetireIfIdle(TimeSpan idle)
    {
        lock (_gate)
            return !_busy && clock.GetElapsedTime(_lastUsed) >= idle && (_retired = true);
    }
}
