namespace ForgeOrleans.Emulator.Keys;

/// <summary>The address at which the keys are published: it counts who asks, and can be slow or down.</summary>
public sealed class KeyServer(TimeProvider clock)
{
    private long _requests;
    private volatile Trouble _trouble = new(TimeSpan.Zero, false);

    /// <summary>How often the keys were asked for.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>From now on it answers late, or only that it can't.</summary>
    /// <param name="delay">How late.</param>
    /// <param name="isDown">Whether it answers 503 in place of the keys.</param>
    public void Disturb(TimeSpan delay = default, bool isDown = false) => _trouble = new(delay, isDown);

    /// <summary>From now on it answers at once.</summary>
    public void Mend() => Disturb();

    internal async Task<IResult> AnswerAsync(KeyRing keys, CancellationToken ct)
    {
        Interlocked.Increment(ref _requests);
        var trouble = _trouble;
        if (trouble.Delay > TimeSpan.Zero)
        {
            await Task.Delay(trouble.Delay, clock, ct);
        }

        return trouble.IsDown ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.Json(keys.ToJwks());
    }

    private sealed record Trouble(TimeSpan Delay, bool IsDown);
}
