using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>The TaskBoard sample as one process of a cluster.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly string? _siloPort;

    /// <param name="role">What it is in the cluster, or null to leave that to its configuration.</param>
    /// <param name="settings">Its configuration, as environment variables.</param>
    public ClusterProcess(string? role, IReadOnlyDictionary<string, string?> settings)
    {
        var program = typeof(ClusterProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TaskBoard").Value!;
        Url = $"http://127.0.0.1:{Ports.Next()}";
        _siloPort = settings.GetValueOrDefault("Forge__Cluster__SiloPort");
        // The platform waits for 25 seconds; a call that takes longer is one that hangs.
        _client = new() { BaseAddress = new(Url), Timeout = TimeSpan.FromSeconds(30) };
        var start = new ProcessStartInfo("dotnet", [program, "--urls", Url])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (role is not null)
            start.Environment["Forge__Role"] = role;
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Url { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Whether it is what the cluster calls by this name: the address of a silo, and when it started.</summary>
    public bool IsSilo(string name) => name.Contains($":{_siloPort}@", StringComparison.Ordinal);

    /// <summary>All that it has said.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Waits until it says that it should be sent requests.</summary>
    public Task<ClusterProcess> ReadyAsync(TimeSpan? patience = null) => AnswersAsync("/health/ready", HttpStatusCode.OK, patience);

    /// <summary>Waits until it says that it should be sent none.</summary>
    public Task<ClusterProcess> NotReadyAsync(TimeSpan? patience = null) => AnswersAsync("/health/ready", HttpStatusCode.ServiceUnavailable, patience);

    /// <summary>Waits until it listens at all.</summary>
    public Task<ClusterProcess> AliveAsync() => AnswersAsync("/health/live", HttpStatusCode.OK);

    /// <summary>Waits until it has said something.</summary>
    public Task SaysAsync(string text, TimeSpan? patience = null) =>
        Eventually.BecomesTrueAsync(() => Task.FromResult(_output.Any(line => line.Contains(text))), () => $"it says '{text}'\n{Output}", patience ?? Patience);

    /// <summary>The status that a path without a token is answered with, or null when nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var response = await _client.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Sends an invocation, as the platform does.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string? json = null, string? system = null, string? user = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (system is not null)
            request.Headers.Add("x-forge-oauth-system", system);
        if (user is not null)
            request.Headers.Add("x-forge-oauth-user", user);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _client.SendAsync(request);
    }

    /// <summary>Asks the admin API, as an operator does.</summary>
    public async Task<HttpResponseMessage> AskAsOperatorAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Admin-Key", key);
        return await _client.SendAsync(request);
    }

    /// <summary>Ends it as a power cut does.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return ExitCodeAsync();
    }

    /// <summary>Makes it silent: its connections stay open, and nothing answers.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>Ends a <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Asks it to end, as an orchestrator does.</summary>
    public void Terminate() => Signal("-TERM");

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

    private async Task<ClusterProcess> AnswersAsync(string path, HttpStatusCode expected, TimeSpan? patience = null)
    {
        await Eventually.BecomesTrueAsync(
            async () => await StatusAsync(path) == expected || HasExited,
            () => $"{path} of {Url} is answered {(int)expected}\n{Output}",
            patience ?? Patience);
        return HasExited ? throw new InvalidOperationException($"It has ended:\n{Output}") : this;
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }
}
