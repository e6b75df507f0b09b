using System.Diagnostics;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>A copy of TaskBoard's frontend with its packages from npm, in which tests build it, and their own frontend too.</summary>
internal static class UiProject
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "ui");
    private static readonly Lazy<Task> Installed = new(InstallAsync);
    private static readonly Lazy<Task<string>> Fixture = new(BuildFixtureAsync);

    /// <summary>The program that this machine lacks, if it does.</summary>
    public static string? Missing { get; } = ((string[])["node", "npm"]).FirstOrDefault(program => Programs.PathOf(program) is null);

    /// <summary>Builds TaskBoard's frontend, and answers the folder of the output.</summary>
    public static async Task<string> BuildAsync()
    {
        await Installed.Value;
        await RunAsync("npm", "run", "build");
        return Path.Combine(Folder, "dist");
    }

    /// <summary>The manifest of the frontend that does what a test says, which is built by then.</summary>
    public static Task<string> FixtureManifestAsync() => Fixture.Value;

    private static async Task<string> BuildFixtureAsync()
    {
        await Installed.Value;
        await RunAsync("node", "node_modules/vite/bin/vite.js", "build", "fixture", "--base", "./", "--emptyOutDir");
        return Path.Combine(Folder, "fixture", "manifest.yml");
    }

    private static async Task InstallAsync()
    {
        // A folder that was filled for an earlier list lacks what is new; where nothing is, the time is long past.
        var installed = File.GetLastWriteTimeUtc(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Programs.PathOf(program)!, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {output}{await error}");
    }
}
