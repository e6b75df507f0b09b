namespace ForgeOrleans.Api.Admin;

/// <summary>
/// Slows those down who try keys: of all wrong tries, only some are answered in a second, and the others wait. The right key never waits, whoever
/// else tries what, so it cannot be locked out.
/// </summary>
internal sealed class WrongTries(TimeProvider clock)
{
    /// <summary>How many are answered in a second, and how many at once after a pause.</summary>
    public const int InASecond = 5;

    // Who opens more connections waits no longer, but has more connections to pay for.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1) / InASecond;

    private readonly long _start = clock.GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _last = TimeSpan.FromDays(-1);

    /// <summary>Completes when a wrong try may be answered.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = clock.GetElapsedTime(_start);
            var earliest = now - (Apart * InASecond);
            _last = (_last > earliest ? _last : earliest) + Apart;
            if (_last > now + Longest)
                _last = now + Longest;
            wait = _last - now;
        }
        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, clock, cancellationToken);
    }
}
