using System.Diagnostics;

namespace ForgeOrleans.TestServers;

/// <summary>Where this machine's PostgreSQL programs are. They are installed, if need be and if possible, when first asked for.</summary>
public static class PostgreSqlPrograms
{
    private static readonly Lazy<string?> Found = new(() => Find() ?? (Install() ? Find() : null));

    /// <summary>Why there can be no server, or null when there can be.</summary>
    public static string? Missing => Found.Value is null ? "There is no PostgreSQL server on this machine, and it could not be installed." : null;

    internal static string Folder => Found.Value ?? throw new InvalidOperationException(Missing);

    private static string? Find()
    {
        const string debian = "/usr/lib/postgresql";
        var newest = Directory.Exists(debian)
            ? Directory.EnumerateDirectories(debian).OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            : Enumerable.Empty<string>();
        return newest.Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static bool Install()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return false;
        Apt("update");
        return Apt("install", "-y", "--no-install-recommends", "postgresql");
    }

    private static bool Apt(params string[] arguments)
    {
        var start = new ProcessStartInfo("apt-get", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        error.Wait();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
