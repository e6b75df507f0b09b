namespace ForgeOrleans.Emulator.Live;

/// <summary>Something that has changed, as it is now.</summary>
/// <param name="Version">The number of the change, which is the event's id.</param>
/// <param name="Name">What it is.</param>
/// <param name="Data">What is sent as JSON.</param>
internal sealed record LiveEvent(long Version, string Name, object Data);
