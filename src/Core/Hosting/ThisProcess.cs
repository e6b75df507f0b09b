namespace ForgeOrleans.Hosting;

/// <summary>This process, where the host knows of no other.</summary>
internal sealed class ThisProcess : IProcesses
{
    public string Own { get; } = Guid.NewGuid().ToString("n");

    public bool IsGone(string process) => false;
}
