using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ForgeOrleans.Bench.Servers;

/// <summary>A server under load: a process of its own that stays on one core.</summary>
public sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(12);

    private readonly Process _process;
    private readonly TextWriter _log;
    private readonly string _logPath;

    private Server(string name, Uri address, ProcessStartInfo start, string logPath)
    {
        Name = name;
        Address = address;
        _logPath = logPath;
        _log = TextWriter.Synchronized(new StreamWriter(logPath) { AutoFlush = true });
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Log;
        _process.ErrorDataReceived += Log;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>How long the server has been at work so far, all its threads together.</summary>
    public TimeSpan Busy
    {
        get
        {
            if (_process.HasExited) throw new BenchException($"{Name} has ended. Its output is in {_logPath}.");
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a server and comes back when it is ready for requests.</summary>
    /// <param name="ready">The path that answers 200 when it is.</param>
    public static async Task<Server> StartAsync(
        string name, Func<Uri, ProcessStartInfo> describe, string logFolder, CancellationToken cancellation, string ready = "/health/ready")
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var server = new Server(name, address, describe(address), Path.Combine(logFolder, $"{name}.log"));
        try
        {
            await server.ReadyAsync(ready, cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // A stop that a server can notice; only one that doesn't is killed.
            using (var signal = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await signal.WaitForExitAsync();
            using var limit = new CancellationTokenSource(StopLimit);
            try { await _process.WaitForExitAsync(limit.Token); }
            catch (OperationCanceledException) { _process.Kill(); }
        }
        // Its last words are in the log only now.
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task ReadyAsync(string path, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartLimit; await Task.Delay(100, cancellation))
        {
            if (_process.HasExited) throw new BenchException($"{Name} ended at start. Its output is in {_logPath}.");
            try
            {
                using var response = await http.GetAsync(new Uri(Address, path), cancellation);
                if (response.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new BenchException($"{Name} was not ready within {StartLimit.TotalSeconds:0} s. Its output is in {_logPath}.");
    }

    private void Log(object _, DataReceivedEventArgs line)
    {
        if (line.Data is not null) _log.WriteLine(line.Data);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
