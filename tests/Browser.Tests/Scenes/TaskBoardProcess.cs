using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>The TaskBoard sample in a process of its own, which can be stopped and started again.</summary>
internal sealed class TaskBoardProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("taskboard-browser-");
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    public Uri Url { get; } = new($"http://127.0.0.1:{FreePort()}");

    /// <summary>The folder of the sample, with its manifest and the build of its frontend.</summary>
    public static string Folder { get; } = Metadata("TaskBoardFolder");

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="platform">The emulator that it trusts.</param>
    /// <param name="appId">The app that it is the remote of.</param>
    public async Task StartAsync(Uri platform, string appId)
    {
        var origin = platform.GetLeftPart(UriPartial.Authority);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet", [Metadata("TaskBoard"), "--urls", Url.GetLeftPart(UriPartial.Authority)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _data.FullName,
            Environment =
            {
                ["Forge__Apps__0__Id"] = appId,
                ["Forge__Apps__0__JwksUrl"] = $"{origin}/.well-known/jwks.json",
                ["Forge__ProductApi__AllowedOrigins__0"] = origin,
                ["Forge__ProductApi__GatewayUrl"] = origin,
                ["Forge__DataPath"] = _data.FullName,
            },
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Read(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Read(line.Data, ready);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await Task.WhenAny(ready.Task, process.WaitForExitAsync()).WaitAsync(Patience);
        ready.Task.IsCompleted.ShouldBeTrue($"TaskBoard did not start:\n{string.Join('\n', _output)}");
    }

    /// <summary>Ends it, as a power cut does.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
            process.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Delete(recursive: true);
    }

    private void Read(string? line, TaskCompletionSource ready)
    {
        _output.Enqueue(line ?? "");
        if (line?.Contains("Now listening on", StringComparison.Ordinal) is true)
        {
            ready.TrySetResult();
        }
    }

    private static string Metadata(string key) =>
        typeof(TaskBoardProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
