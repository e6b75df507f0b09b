using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Storage;

namespace ForgeOrleans.Emulator.Live;

/// <summary>Finds what has changed.</summary>
internal sealed class LiveFeed(
    Platform platform, PlatformTime time, RequestFeed requests, DeliveryFeed deliveries, StorageService storage)
{
    /// <summary>What changes with every call of a product and is told seldom: the limits, and how much is stored.</summary>
    public IReadOnlyList<LiveEvent> Counted(long after, long last)
    {
        var found = new List<LiveEvent>();
        foreach (var site in platform.Sites)
        {
            if (storage.Find(site) is { } stored && stored.Version is var version && version > after && version <= last)
            {
                found.Add(new LiveEvent(version, "storage", new StorageChange(site.Id, stored.Counts())));
            }
        }

        if (platform.Limits.Since(after, platform.Sites) is var (changed, report))
        {
            found.Add(new LiveEvent(changed, "limits", report));
        }

        return found;
    }

    /// <summary>Whatever else has changed above a number and up to another, in the order of the changes.</summary>
    public IReadOnlyList<LiveEvent> Between(long after, long last)
    {
        var found = new List<LiveEvent>();
        Add(requests.Cleared, "cleared", () => new Cleared(requests.LastId));
        foreach (var sent in requests.All())
        {
            Add(sent.Version, "request", sent.Summary);
        }

        foreach (var delivery in deliveries.After(0))
        {
            Add(delivery.Version, "delivery", delivery.Report);
        }

        foreach (var (site, version) in platform.Directory.Versions)
        {
            Add(version, "site", () => SiteReport.Of(platform, site));
        }

        Add(platform.Faults.Version, "faults", () => platform.Faults.Report(null));
        Add(time.Version, "clock", time.Report);
        Add(platform.Keys.Version, "keys", () => KeyReport.Of(platform.Keys));
        found.Sort((one, other) => one.Version.CompareTo(other.Version));
        return found;

        void Add(long version, string name, Func<object> data)
        {
            if (version > after && version <= last)
            {
                found.Add(new LiveEvent(version, name, data()));
            }
        }
    }
}

/// <summary>How much is stored on a site.</summary>
/// <param name="Site">The site's id.</param>
/// <param name="Counts">How much.</param>
internal sealed record StorageChange(string Site, StorageCounts Counts);

/// <summary>The feed of requests was cleared.</summary>
/// <param name="Last">The id of the last request before it.</param>
internal sealed record Cleared(long Last);
