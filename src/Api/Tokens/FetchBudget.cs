namespace ForgeOrleans.Api.Tokens;

/// <summary>
/// How many times unknown keys may be asked for: a bucket of <see cref="Size"/> that refills by one a minute, however many tokens name keys
/// that nobody has heard of. Without it, anybody could make this process hammer the platform's key server.
/// </summary>
internal sealed class FetchBudget(TimeProvider clock, bool isShared = false)
{
    public const int Size = 5;
    private static readonly TimeSpan RefillEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private double _left = Size;
    private long _asOf = clock.GetTimestamp();

    /// <summary>Whether several addresses draw on it.</summary>
    public bool IsShared => isShared;

    public bool TryTake()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _left = Math.Min(Size, _left + (clock.GetElapsedTime(_asOf, now) / RefillEvery));
            _asOf = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
