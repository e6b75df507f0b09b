namespace ForgeOrleans.Work;

/// <summary>
/// The sites that have put work off. Alarms go by the time of day: when the clock is set back by an hour, they are an hour late, and these sites have
/// to be looked at without them.
/// </summary>
internal sealed class PutOffSites(TimeProvider clock)
{
    // A clock that is corrected by less does not count as one that was set back.
    public static readonly TimeSpan SetBack = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _until = new(StringComparer.Ordinal);
    private (long Timestamp, DateTimeOffset Time) _last = (clock.GetTimestamp(), clock.GetUtcNow());

    public void Add(string installation, TimeSpan after)
    {
        var until = clock.GetTimestamp() + (long)(after.TotalSeconds * clock.TimestampFrequency);
        lock (_gate)
            _until[installation] = Math.Max(until, _until.GetValueOrDefault(installation));
    }

    /// <summary>Forgets those whose time has come, and returns the others when the clock was set back since the last call.</summary>
    public IReadOnlyList<string> TakeIfSetBack()
    {
        lock (_gate)
        {
            var (timestamp, time) = (clock.GetTimestamp(), clock.GetUtcNow());
            var isSetBack = clock.GetElapsedTime(_last.Timestamp, timestamp) - (time - _last.Time) > SetBack;
            _last = (timestamp, time);
            if (isSetBack)
            {
                string[] all = [.. _until.Keys];
                _until.Clear();
                return all;
            }
            foreach (var installation in _until.Where(site => site.Value < timestamp).Select(site => site.Key).ToList())
                _until.Remove(installation);
            return [];
        }
    }
}
