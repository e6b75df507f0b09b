namespace ForgeOrleans.Work;

/// <summary>How work is run: the section <c>Forge:Work</c>.</summary>
public sealed class WorkOptions
{
    /// <summary>
    /// After how many failures an item becomes a dead letter; and after three times as many ends of the process, or the lease, that it ran in. A checkpoint
    /// that differs from the one before begins the count anew.
    /// </summary>
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
        AtLeast(Attempts, 1, nameof(Attempts));
        AtLeast(PerSite, 1, nameof(PerSite));
        // None at all is a process that only accepts work.
        AtLeast(PerProcess, 0, nameof(PerProcess));
        AtLeast(MostWaiting, 1, nameof(MostWaiting));
        AtLeast(MostSchedules, 0, nameof(MostSchedules));
        Between(FirstRetry, TimeSpan.FromMilliseconds(1), LongestRetry, nameof(FirstRetry), "Forge:Work:LongestRetry");
        Between(LongestRetry, FirstRetry, TimeSpan.FromDays(1), nameof(LongestRetry), "a day");
        // Shorter than a stalled disk or a collection of garbage, and leases would be lost that are held.
        Between(Lease, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1), nameof(Lease), "an hour");
        Between(LongestSilence, Lease, TimeSpan.FromDays(7), nameof(LongestSilence), "a week");
        Between(StopAfter, TimeSpan.Zero, TimeSpan.FromMinutes(5), nameof(StopAfter), "5 minutes");
    }

    private static void AtLeast(int value, int least, string key)
    {
        if (value < least)
            throw new ForgeConfigurationException($"Forge:Work:{key} is {value}; it is at least {least}.");
    }

    private static void Between(TimeSpan value, TimeSpan least, TimeSpan most, string key, string mostIs)
    {
        if (value < least || value > most)
            throw new ForgeConfigurationException($"Forge:Work:{key} is {value}; it is at least {least} and at most {mostIs}, {most}.");
    }
}
