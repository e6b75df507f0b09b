using System.Diagnostics;
using System.Reflection;
using ForgeOrleans.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>
/// The short form of tests/Endurance on silos, which anybody can run for as long as he likes. It runs beside other tests: most of its time it waits
/// for the reminders of what killed silos have left behind.
/// </summary>
[Collection(Name)]
public sealed class EnduranceTests(ITestOutputHelper output)
{
    internal const string Name = "Endurance";

    [ProcessFact]
    public async Task Whatever_was_acknowledged_is_done_and_no_ordering_key_runs_twice_at_once_however_often_silos_are_killed()
    {
        var programs = typeof(EnduranceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(data => data.Key, data => data.Value!);
        using var endurance = Process.Start(new ProcessStartInfo(
            "dotnet", [programs["Endurance"], "--kills", "3", "--cluster", programs["EnduranceSilo"]]) { RedirectStandardOutput = true })!;
        var said = await endurance.StandardOutput.ReadToEndAsync();
        await endurance.WaitForExitAsync();

        output.WriteLine(said);
        endurance.ExitCode.ShouldBe(0, said);
        said.ShouldContain("3 kills");
    }
}
