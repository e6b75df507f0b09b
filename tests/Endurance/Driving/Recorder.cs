using System.Collections.Concurrent;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.Extensions.Primitives;

namespace ForgeOrleans.Endurance.Driving;

/// <summary>The platform's keys, and what the remote's handlers tell of their runs.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Item, int Process)> _open = [];
    private readonly HashSet<string> _done = [];
    private readonly List<string> _overlaps = [];
    private readonly HashSet<int> _dead = [];
    private WebApplication _app = null!;

    public string Url => _app.Urls.First();

    public int Runs { get; private set; }

    public int DoneTwice { get; private set; }

    public IReadOnlyList<string> Overlaps
    {
        get
        {
            lock (_gate)
                return [.. _overlaps];
        }
    }

    public static async Task<Recorder> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var recorder = new Recorder { _app = builder.Build() };
        recorder._app.Urls.Add("http://127.0.0.1:0");
        recorder._app.MapGet("/keys", () => Results.Text(SigningKey.Set(SigningKey.Current), "application/json"));
        recorder._app.MapPost("/{what}", recorder.Tell);
        await recorder._app.StartAsync();
        return recorder;
    }

    public bool IsDone(string item)
    {
        lock (_gate)
            return _done.Contains(item);
    }

    /// <summary>A process is about to be killed: from here on nothing that it says counts.</summary>
    public void Kill(int process)
    {
        lock (_gate)
            _dead.Add(process);
    }

    /// <summary>A process has been killed: its runs have ended with it.</summary>
    public void Killed(int process)
    {
        lock (_gate)
            foreach (var key in _open.Where(run => run.Value.Process == process).Select(run => run.Key).ToList())
                _open.Remove(key);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(true));
        await _app.DisposeAsync();
    }

    private IResult Tell(string what, int process, string item, string key, int attempt)
    {
        lock (_gate)
        {
            if (_dead.Contains(process))
                return Results.StatusCode(StatusCodes.Status410Gone);
            switch (what)
            {
                case "begin":
                    Runs++;
                    if (_open.TryGetValue(key, out var other))
                        _overlaps.Add($"{item} (attempt {attempt}, process {process}) began while {other.Item} (process {other.Process}) ran for {key}");
                    _open[key] = (item, process);
                    break;
                case "end" or "fail":
                    if (_open.TryGetValue(key, out var own) && own.Item == item)
                        _open.Remove(key);
                    if (what == "end" && !_done.Add(item))
                        DoneTwice++;
                    break;
            }
        }
        return Results.NoContent();
    }
}
