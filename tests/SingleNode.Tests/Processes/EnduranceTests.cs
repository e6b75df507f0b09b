using System.Diagnostics;
using System.Reflection;
using Xunit.Abstractions;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>The short form of tests/Endurance, which anybody can run for as long as he likes.</summary>
public sealed class EnduranceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Whatever_was_acknowledged_is_done_and_no_ordering_key_runs_twice_at_once_however_often_the_process_is_killed()
    {
        var program = typeof(EnduranceTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Endurance").Value!;
        using var endurance = Process.Start(new ProcessStartInfo("dotnet", [program, "--kills", "4"]) { RedirectStandardOutput = true })!;
        var said = await endurance.StandardOutput.ReadToEndAsync();
        await endurance.WaitForExitAsync();

        output.WriteLine(said);
        endurance.ExitCode.ShouldBe(0, said);
        said.ShouldContain("4 kills");
    }
}
