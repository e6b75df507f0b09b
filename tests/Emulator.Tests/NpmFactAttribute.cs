namespace ForgeOrleans.Emulator.Tests;

/// <summary>A test with packages from npm: skipped on a machine that has no node or no npm.</summary>
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = NpmClients.Missing is { } program ? $"There is no {program} on this machine." : null;
}
