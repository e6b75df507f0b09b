namespace ForgeOrleans.Work;

/// <summary>How work is run: the section <c>Forge:Work</c>.</summary>
public sealed class WorkOptions
{
    /// <summary>After how many attempts an item becomes a dead letter.</summary>
    public int Attempts { get; set; } = 8;

    /// <summary>How long, on average, until the second attempt. Every further one waits about twice as long, with full jitter.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two attempts, unless a product or a handler asks for more.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How many items of one site run at once.</summary>
    public int PerSite { get; set; } = 8;

    /// <summary>How many items one process runs at once, of all its sites. 0 runs none: an operator's brake.</summary>
    public int PerProcess { get; set; } = 64;

    /// <summary>How long a lease lasts unless it is renewed, which happens three times as often.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A handler that has neither ended nor reported progress nor saved a checkpoint for so long has failed.</summary>
    public TimeSpan LongestSilence { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How many items of one site may wait. Beyond it deliveries are answered 503, and the platform tries again.</summary>
    public int MostWaiting { get; set; } = 100_000;

    /// <summary>How many schedules of its own a site may have.</summary>
    public int MostSchedules { get; set; } = 100;

    /// <summary>How long handlers that run may take to save a checkpoint and end when the process stops.</summary>
    public TimeSpan StopAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ForgeConfigurationException">An option is out of range.</exception>
    internal void Check()
    {
        foreach (var (name, value, least) in ((string, int, int)[])
            [(nameof(Attempts), Attempts, 1), (nameof(PerSite), PerSite, 1), (nameof(PerProcess), PerProcess, 0), (nameof(MostWaiting), MostWaiting, 1), (nameof(MostSchedules), MostSchedules, 0)])
            if (value < least)
                throw new ForgeConfigurationException($"Forge:Work:{name} is {value}; it is at least {least}.");
        foreach (var (name, value) in ((string, TimeSpan)[])
            [(nameof(FirstRetry), FirstRetry), (nameof(LongestRetry), LongestRetry), (nameof(LongestSilence), LongestSilence)])
            if (value <= TimeSpan.Zero)
                throw new ForgeConfigurationException($"Forge:Work:{name} is {value}; it must be more than nothing, such as 00:01:00.");
        if (Lease < TimeSpan.FromSeconds(6))
            throw new ForgeConfigurationException($"Forge:Work:Lease is {Lease}; below 00:00:06 leases would be lost over a busy moment.");
    }
}
