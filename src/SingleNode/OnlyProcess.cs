using ForgeOrleans.Hosting;

namespace ForgeOrleans.SingleNode;

/// <summary>The only process that runs: one has the data folder, and so all that had it before are gone.</summary>
internal sealed class OnlyProcess : IProcesses
{
    public string Own { get; } = Guid.NewGuid().ToString("N");

    public bool IsGone(string process) => process != Own;
}
