using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ForgeOrleans.TestServers;

/// <summary>One of PostgreSQL's programs, which refuse to run as root: for root they run as the user that its package makes.</summary>
internal sealed class ServerProcess
{
    private const string PackageUser = "postgres";

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The last that it said.</summary>
    public string Output => string.Join('\n', _output);

    public static ServerProcess Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Environment.IsPrivilegedProcess)
        {
            // Becomes the program instead of starting it, so the process started here is the server's own.
            start.FileName = "setpriv";
            foreach (var argument in (string[])[$"--reuid={PackageUser}", $"--regid={PackageUser}", "--clear-groups", program])
                start.ArgumentList.Add(argument);
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        return new(Process.Start(start)!);
    }

    /// <summary>Gives a folder to the user that the programs run as.</summary>
    public static async Task HandOverAsync(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = Process.Start("chown", ["-R", PackageUser, folder]);
        await chown.WaitForExitAsync();
    }

    public async Task<int> ExitAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        return _process.ExitCode;
    }

    public Task SignalAndWaitAsync(string signal, TimeSpan patience)
    {
        Signal(signal, [_process.Id]);
        return ExitAsync(patience);
    }

    public async Task KillAsync(TimeSpan patience)
    {
        var family = Family();
        Signal("-KILL", family);
        await ExitAsync(patience);
        // The folder can be used again only when the last of them is gone.
        while (family.Any(Lives))
            await Task.Delay(5);
    }

    public void SignalAll(string signal) => Signal(signal, Family());

    private static void Signal(string signal, IReadOnlyList<int> processes)
    {
        // Some may have gone in the meantime, which kill complains about.
        using var kill = Process.Start(new ProcessStartInfo("kill", [signal, .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardError = true,
        })!;
        kill.StandardError.ReadToEnd();
        kill.WaitForExit();
    }

    private static bool Lives(int id)
    {
        try
        {
            // A zombie is as good as gone.
            return !File.ReadAllText($"/proc/{id}/stat").Split(')')[^1].StartsWith(" Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The server, first, and a process for each connection and each chore.
    private List<int> Family()
    {
        var family = new List<int> { _process.Id };
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                // "pid (name) state parent …"; a name may hold anything but the last bracket.
                var parent = File.ReadAllText(Path.Combine(folder, "stat")).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
                if (int.Parse(parent, CultureInfo.InvariantCulture) == _process.Id)
                    family.Add(id);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return family;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        while (_output.Count > 200)
            _output.TryDequeue(out _);
    }
}
