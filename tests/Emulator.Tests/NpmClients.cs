using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The platform's own client packages, installed once beside the scripts that call them.</summary>
internal static class NpmClients
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "npm");
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <summary>The program that this machine lacks, if it does.</summary>
    public static string? Missing { get; } = ((string[])["node", "npm"]).FirstOrDefault(program => PathOf(program) is null);

    /// <summary>What each call of a script came to: <c>{resolved}</c> or <c>{rejected}</c>.</summary>
    public static async Task<JsonArray> CallAsync(string script, EmulatorHost emulator, params IEnumerable<object> calls)
    {
        await Installed.Value;
        return (await RunAsync("node", script, emulator.Url.GetLeftPart(UriPartial.Authority), JsonSerializer.Serialize(calls))).AsArray();
    }

    /// <summary>What the platform's linter says about the manifest in a folder.</summary>
    public static async Task<JsonNode> LintAsync(string folder)
    {
        await Installed.Value;
        return await RunAsync("node", "manifest.mjs", folder);
    }

    private static async Task InstallAsync()
    {
        // A folder that was filled for an earlier list lacks what is new; where nothing is, the time is long past.
        var installed = File.GetLastWriteTimeUtc(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await StartAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }
    }

    private static async Task<JsonNode> RunAsync(string program, params string[] arguments) =>
        JsonNode.Parse(await StartAsync(program, arguments))!;

    private static async Task<string> StartAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(PathOf(program)!, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {arguments[0]}: {await error}");
        return output;
    }

    private static string? PathOf(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => OperatingSystem.IsWindows()
            ? [Path.Combine(folder, program + ".exe"), Path.Combine(folder, program + ".cmd")]
            : (string[])[Path.Combine(folder, program)])
        .FirstOrDefault(File.Exists);
}
