using System.Diagnostics;
using System.Globalization;

namespace ForgeOrleans.Story;

/// <summary>A program that the story starts, and ends when it ends itself.</summary>
internal sealed class StartedProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _name;
    private readonly CancellationToken _interrupted;
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    public StartedProgram(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder, CancellationToken interrupted)
    {
        interrupted.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _name = Path.GetFileName(program == "dotnet" ? start.ArgumentList[0] : program);
        _interrupted = interrupted;
        _process = Process.Start(start) ?? throw new StoryException($"{_name} did not start.");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Waits until the program answers at an address.</summary>
    public Task UntilItAnswersAsync(HttpClient http, string url) => UntilAsync($"{url} did not answer", async () =>
    {
        try
        {
            using var response = await http.GetAsync(url, _interrupted);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not there yet.
            return false;
        }
    });

    /// <summary>Waits until the program writes a line that holds a text.</summary>
    public Task UntilItSaysAsync(string text) => UntilAsync($"{_name} did not say that it is {text}", () => Task.FromResult(LastLines().Contains(text)));

    /// <summary>Waits for the end of a program that ends by itself.</summary>
    public async Task UntilItEndsAsync()
    {
        await _process.WaitForExitAsync(_interrupted);
        if (_process.ExitCode != 0)
            throw Ended();
    }

    /// <summary>Ends the program as a power cut would: SIGKILL, no chance to tidy up.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Ends the program as Ctrl+C would, so that it can tidy up.</summary>
    public async Task InterruptAsync()
    {
        if (_process.HasExited)
            return;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var kill = Process.Start("kill", ["-INT", Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private async Task UntilAsync(string otherwise, Func<Task<bool>> isSo)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience;)
        {
            if (await isSo())
                return;
            if (_process.HasExited)
                throw Ended();
            await Task.Delay(50, _interrupted);
        }
        throw new StoryException($"{otherwise} within {Patience.TotalSeconds} s:{Environment.NewLine}{LastLines()}");
    }

    private StoryException Ended() => new($"{_name} ended with {_process.ExitCode}:{Environment.NewLine}{LastLines()}");

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
