namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>The programs that this machine has.</summary>
internal static class Programs
{
    /// <summary>Where a program is; null if it isn't on the PATH.</summary>
    public static string? PathOf(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .SelectMany(folder => OperatingSystem.IsWindows()
            ? [Path.Combine(folder, program + ".exe"), Path.Combine(folder, program + ".cmd")]
            : (string[])[Path.Combine(folder, program)])
        .FirstOrDefault(File.Exists);
}
