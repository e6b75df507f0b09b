namespace ForgeOrleans.Cli.Tests;

public sealed class EmulatorTests
{
    [Fact]
    public async Task The_emulators_own_command_line_is_taken()
    {
        var help = await Cli.RunAsync(["emulator", "--help"]);
        (help.ExitCode, help.Error).ShouldBe((0, ""));
        help.Output.ShouldContain("--time-scale <factor>");
        (await Cli.RunAsync(["--help"])).Output.ShouldContain("emulator");
    }

    [Fact]
    public async Task What_it_cannot_be_started_with_is_a_misuse()
    {
        var run = await Cli.RunAsync(["emulator", "--manifest", "/nowhere/manifest.yml"]);
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("/nowhere/manifest.yml");
    }
}
