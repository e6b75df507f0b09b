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

    /// <summary>How many items one process runs at once, of all its sites.</summary>
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
}
