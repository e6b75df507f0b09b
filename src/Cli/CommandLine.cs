using System.CommandLine;
using ForgeOrleans.Cli.Commands;
using ForgeOrleans.Cli.Display;
using ForgeOrleans.Emulator;

namespace ForgeOrleans.Cli;

/// <summary>All commands.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        // It has a command line of its own, the same as without this tool.
        if (arguments is [EmulatorCommand.Name, .. var ofEmulator])
            return await EmulatorProgram.RunAsync(ofEmulator) == 0 ? ExitCode.Done : ExitCode.Misused;
        var parsed = Root().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                Screen.Complain(error.Message);
            var path = string.Join(' ', Path(parsed.CommandResult).Reverse());
            Screen.Complain($"`{path} --help` tells what it takes.");
            return ExitCode.Misused;
        }
        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
        }
        catch (CliException e)
        {
            Screen.Complain(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e)
        {
            Screen.Complain($"The output cannot be written: {e.Message}");
            return ExitCode.Refused;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand(
            """
            Looks after the sites of a ForgeOrleans remote, by its admin API; emulates the platform; and verifies a remote in any language.

            Say where that is once, in the environment, and the key is in no shell's history:

              export FORGE_ADMIN_URL=https://backend.example.com
              export FORGE_ADMIN_KEY=…
            """);
        foreach (var option in Connection.Options)
            root.Options.Add(option);
        root.Subcommands.Add(InstallationCommands.Create());
        root.Subcommands.Add(DeadLetterCommands.Create());
        root.Subcommands.Add(ScheduleCommands.Create());
        root.Subcommands.Add(LimitCommand.Create());
        root.Subcommands.Add(LifeCommands.Export());
        root.Subcommands.Add(LifeCommands.Adopt());
        root.Subcommands.Add(LifeCommands.Erase());
        root.Subcommands.Add(AuditCommand.Create());
        root.Subcommands.Add(EmulatorCommand.Create());
        root.Subcommands.Add(VerifyCommand.Create());
        return root;
    }

    private static IEnumerable<string> Path(System.CommandLine.Parsing.SymbolResult? result)
    {
        for (; result is System.CommandLine.Parsing.CommandResult command; result = command.Parent)
            yield return command.Parent is null ? "forge-orleans" : command.Command.Name;
    }
}
