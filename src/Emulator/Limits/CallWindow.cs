namespace ForgeOrleans.Emulator.Limits;

/// <summary>The calls of the last seconds: so many are allowed in any stretch of time of that length.</summary>
internal sealed class CallWindow(TimeSpan length)
{
    private readonly Queue<DateTimeOffset> _calls = new();

    public int Used(DateTimeOffset now)
    {
        while (_calls.TryPeek(out var oldest) && oldest + length <= now)
        {
            _calls.Dequeue();
        }

        return _calls.Count;
    }

    public void Add(DateTimeOffset now) => _calls.Enqueue(now);

    /// <summary>When there is room for a call; null when there is.</summary>
    public DateTimeOffset? FreeAt(DateTimeOffset now, int limit) =>
        Used(now) is var used && used < limit ? null : _calls.ElementAt(used - limit) + length;
}
