namespace ForgeOrleans.Emulator.Bridge;

/// <summary>How much and how long the platform lets through.</summary>
internal static class PlatformLimits
{
    public const int RequestBytes = 500 * 1024;
    public const int ResponseBytes = 5 * 1024 * 1024;
    public const int EventBytes = 200 * 1024;

    /// <summary>How often a failed delivery is tried again.</summary>
    public const int Retries = 4;

    public static readonly TimeSpan RetrySpacing = TimeSpan.FromSeconds(60);

    /// <summary>The time limit of events, lifecycle events and scheduled triggers.</summary>
    public static readonly TimeSpan Delivery = TimeSpan.FromSeconds(5);

    /// <summary>The time limit of what somebody waits for: pre-uninstall hooks and web triggers.</summary>
    public static readonly TimeSpan LongDelivery = TimeSpan.FromSeconds(55);

    public static readonly TimeSpan Invocation = TimeSpan.FromSeconds(25);
}
