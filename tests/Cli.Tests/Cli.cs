using System.Diagnostics;

namespace ForgeOrleans.Cli.Tests;

/// <summary>The real program, run as an operator runs it.</summary>
internal static class Cli
{
    public static async Task<CliRun> RunAsync(string[] arguments, Dictionary<string, string>? environment = null, string? input = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "forge-orleans.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("FORGE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        if (input is not null)
            await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Runs it against a remote, with its key.</summary>
    public static async Task<CliRun> RunAsync(AdminScene scene, string[] arguments, string? input = null)
    {
        var run = await RunAsync(
            arguments,
            new() { ["FORGE_ADMIN_URL"] = scene.Remote.Url.ToString(), ["FORGE_ADMIN_KEY"] = AdminScene.Key, ["FORGE_ADMIN_USER"] = "ada" },
            input);
        // Whatever it says, the key is not in it.
        $"{run.Output}{run.Error}".ShouldNotContain(AdminScene.Key);
        return run;
    }
}

internal sealed record CliRun(int ExitCode, string Output, string Error);
