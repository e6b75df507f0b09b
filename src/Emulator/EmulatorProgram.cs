using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator;

/// <summary>The emulator as a program: started by its command line, until it is told to end.</summary>
public static class EmulatorProgram
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">The command line, as <c>--help</c> tells it.</param>
    /// <returns>The exit code: 0, or 1 when it could not start; it has then said why.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is ["--help" or "-h" or "-?", ..])
        {
            Console.WriteLine(CommandLine.Usage);
            return 0;
        }

        try
        {
            await using var emulator = await EmulatorHost.StartAsync(CommandLine.Parse(arguments));
            Console.WriteLine(emulator.Greeting);
            await emulator.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception problem) when (problem is EmulatorException or ManifestException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }

    // No "Program": that is what a test that references the emulator calls its own app.
    private static Task<int> Main(string[] arguments) => RunAsync(arguments);
}
