using ForgeOrleans.Hosting;

namespace ForgeOrleans.Grains;

/// <summary>The silos of a cluster as processes. One is gone when the cluster has declared it dead, or when its address belongs to a later one.</summary>
/// <param name="self">This silo.</param>
/// <param name="silos">What the cluster has told this silo of the others.</param>
internal sealed class SiloProcesses(ILocalSiloDetails self, ISiloStatusOracle silos) : IProcesses
{
    public string Own => self.SiloAddress.ToParsableString();

    // The oracle's own rule: never for this silo itself, nor for one that it has never heard of.
    public bool IsGone(string process) => SiloAddress.TryParse(process, out var silo) && silos.IsDeadSilo(silo);
}
