namespace ForgeOrleans.Emulator.Keys;

/// <summary>The address at which the keys are published: it counts who asks, and can be slow or down.</summary>
public sealed class KeyServer
{
    private readonly TimeProvider _clock;
    private long _requests;
    private volatile Trouble _trouble = new(TimeSpan.Zero, false);

    internal KeyServer(TimeProvider clock) => _clock = clock;

    /// <summary>How often the keys were asked for.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>From now on it answers late, or only that it can't. Whoever waits already is answered at once.</summary>
    /// <param name="delay">How late.</param>
    /// <param name="isDown">Whether it answers 503 in place of the keys.</param>
    public void Disturb(TimeSpan delay = default, bool isDown = false)
    {
        var former = _trouble;
        _trouble = new(delay, isDown);
        former.Over.TrySetResult();
    }

    /// <summary>From now on it answers at once.</summary>
    public void Mend() => Disturb();

    internal async Task<IResult> AnswerAsync(KeyRing keys, CancellationToken ct)
    {
        Interlocked.Increment(ref _requests);
        var trouble = _trouble;
        if (trouble.Delay > TimeSpan.Zero)
        {
            await Task.WhenAny(trouble.Over.Task, Task.Delay(trouble.Delay, _clock, ct));
        }

        return trouble.IsDown ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Json(keys.ToJwks());
    }

    private sealed record Trouble(TimeSpan Delay, bool IsDown)
    {
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
