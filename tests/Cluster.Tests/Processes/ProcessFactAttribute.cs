using ForgeOrleans.TestServers;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>A test with processes and a server: skipped on a machine that has no server and cannot get one, or no signals.</summary>
internal sealed class ProcessFactAttribute : FactAttribute
{
    public ProcessFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no SIGSTOP and no SIGTERM." : PostgreSqlPrograms.Missing;
}
