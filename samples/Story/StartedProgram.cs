using System.Diagnostics;

namespace ForgeOrleans.Story;

/// <summary>A program that the story starts, and ends when it ends itself.</summary>
internal sealed class StartedProgram : IDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    public StartedProgram(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start) ?? throw new StoryException($"{assembly} did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until the program answers at an address.</summary>
    public async Task UntilItAnswersAsync(HttpClient http, string url)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if (_process.HasExited)
                throw new StoryException($"The program ended with {_process.ExitCode}:{Environment.NewLine}{LastLines()}");
            try
            {
                using var response = await http.GetAsync(url);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }
            await Task.Delay(50);
        }
        throw new StoryException($"{url} did not answer within 30 s:{Environment.NewLine}{LastLines()}");
    }

    /// <summary>Ends the program as a power cut would: SIGKILL, no chance to tidy up.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 20)
                _lastLines.Dequeue();
        }
    }

    private string LastLines()
    {
        lock (_lastLines)
            return string.Join(Environment.NewLine, _lastLines);
    }
}

/// <summary>The story cannot go on.</summary>
internal sealed class StoryException(string message) : Exception(message);
