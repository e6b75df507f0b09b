namespace ForgeOrleans.Emulator.Bridge;

/// <summary>How much and how long the platform lets through.</summary>
internal static class PlatformLimits
{
    public const int RequestBytes = 500 * 1024;
    public const int ResponseBytes = 5 * 1024 * 1024;
    public static readonly TimeSpan Invocation = TimeSpan.FromSeconds(25);
}
