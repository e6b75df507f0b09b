using ForgeOrleans.Emulator;
using ForgeOrleans.Manifest;

if (args is ["--help" or "-h" or "-?", ..])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

try
{
    await using var emulator = await EmulatorHost.StartAsync(CommandLine.Parse(args));
    Console.WriteLine(emulator.Greeting);
    await emulator.WaitForShutdownAsync();
    return 0;
}
catch (Exception problem) when (problem is EmulatorException or ManifestException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
