using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The events by which the platform tells of the life of an installation (contract section 8).</summary>
internal static class LifecycleTypes
{
    public const string Installed = "avi:forge:installed:app";
    public const string Upgraded = "avi:forge:upgraded:app";

    public static string? ChangeOf(string eventType) => eventType switch
    {
        Installed => LifecycleChange.Installed,
        Upgraded => LifecycleChange.Upgraded,
        _ => null,
    };
}
