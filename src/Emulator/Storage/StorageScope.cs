using ForgeOrleans.Emulator.Products;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>The scope without which an app has no storage.</summary>
internal static class StorageScope
{
    public const string Name = "storage:app";

    public static NeedsScope Needed { get; } = new(Name);
}
