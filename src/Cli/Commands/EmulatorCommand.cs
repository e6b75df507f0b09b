using System.CommandLine;

namespace ForgeOrleans.Cli.Commands;

/// <summary><c>emulator</c>: the Forge platform on this machine. Its options are the emulator's own, read there.</summary>
internal static class EmulatorCommand
{
    public const string Name = "emulator";

    /// <summary>What the list of commands has of it.</summary>
    public static Command Create() => new(Name, "Plays the Forge platform for a remote on this machine: `forge-orleans emulator --help` tells its options");
}
