using System.Diagnostics;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Endurance.Driving;

/// <summary>A process of the remote, which can be killed and started again.</summary>
internal sealed class Remote(string program, string[] arguments, IReadOnlyDictionary<string, string?> settings, string url) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient _health = new() { BaseAddress = new(url), Timeout = TimeSpan.FromSeconds(5) };
    private Process? _process;

    public string Url => url;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments, "--urls", url]) { WorkingDirectory = Path.GetDirectoryName(program)! };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        start.Environment["Forge__Apps__0__Id"] = Fit.AppId;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || watch.Elapsed > Patience)
                throw new InvalidOperationException($"{Path.GetFileName(program)} did not become ready.");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync(Recorder recorder)
    {
        recorder.Kill(_process!.Id);
        _process.Kill();
        await _process.WaitForExitAsync();
        recorder.Killed(_process.Id);
        _process.Dispose();
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
            _process.Kill();
        _process?.Dispose();
        _health.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _health.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
