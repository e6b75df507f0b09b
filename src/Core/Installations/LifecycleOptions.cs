namespace ForgeOrleans.Installations;

/// <summary>What becomes of installations: the section <c>Forge:Lifecycle</c>.</summary>
public sealed class LifecycleOptions
{
    /// <summary>How many days the data of an installation is kept after it was uninstalled. 0 erases it at once.</summary>
    public double RetentionDays { get; set; } = 30;

    /// <summary>For how long after an install 401 and 403 from product APIs are tried again and not believed (contract section 6).</summary>
    public TimeSpan InstallGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// An installation whose products have refused the app for so long, and that the platform has not called for so long, nor for two intervals of its
    /// most frequent trigger, counts as uninstalled.
    /// </summary>
    public TimeSpan InferUninstallAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Whether a new installation takes over the documents of the last one that the same site had of the same app. Off, because only an operator
    /// knows whether they belong to the same customer still (contract section 8).
    /// </summary>
    public bool AdoptOnReinstall { get; set; }
}
