using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>The TaskBoard sample in a process of its own.</summary>
internal sealed class TaskBoardProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private readonly HttpClient _client = new() { Timeout = Patience };

    private TaskBoardProcess(string folder, string dataPath, Platform? platform, string[] arguments)
    {
        var program = typeof(TaskBoardProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TaskBoard").Value!;
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["Forge__DataPath"] = dataPath;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (platform is not null)
        {
            start.Environment["Forge__Apps__0__Id"] = Platform.AppId;
            start.Environment["Forge__Apps__0__JwksUrl"] = platform.JwksUrl;
            start.Environment["Forge__ProductApi__AllowedOrigins__0"] = platform.Url;
        }
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<TaskBoardProcess> StartAsync(string dataPath, Platform platform)
    {
        var process = new TaskBoardProcess(Path.GetDirectoryName(dataPath)!, dataPath, platform, ["--urls", "http://127.0.0.1:0"]);
        var exit = process._process.WaitForExitAsync();
        await Task.WhenAny(process._url.Task, exit).WaitAsync(Patience);
        if (exit.IsCompleted)
            throw new InvalidOperationException($"TaskBoard did not start:\n{process.Output}");
        process._client.BaseAddress = new(await process._url.Task);
        return process;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string dataPath, Platform? platform, params string[] arguments)
    {
        await using var process = new TaskBoardProcess(Path.GetDirectoryName(dataPath)!, dataPath, platform, arguments);
        return (await process.ExitCodeAsync(), process.Output);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("x-forge-oauth-system", "a-system-token");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _client.SendAsync(request);
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitCodeAsync();
    }

    /// <summary>Asks it to end, as an orchestrator does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _client.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
            _url.TrySetResult(line[(at + Listening.Length)..].Trim());
    }
}
