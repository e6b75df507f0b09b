using System.Collections.Concurrent;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>How often the platform fires the scheduled triggers, as the manifest says (contract section 10).</summary>
internal sealed class TriggerIntervals
{
    private readonly ConcurrentDictionary<string, TimeSpan> _intervals = new(StringComparer.Ordinal);

    public TimeSpan? Of(string key) => _intervals.TryGetValue(key, out var interval) ? interval : null;

    public void Read(AppManifest manifest)
    {
        foreach (var trigger in manifest.ScheduledTriggers)
            if (Length(trigger.Interval) is { } interval)
                _intervals[trigger.Key] = interval;
    }

    private static TimeSpan? Length(string interval) => interval switch
    {
        "fiveMinute" => TimeSpan.FromMinutes(5),
        "hour" => TimeSpan.FromHours(1),
        "day" => TimeSpan.FromDays(1),
        "week" => TimeSpan.FromDays(7),
        _ => null,
    };
}
