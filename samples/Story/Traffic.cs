using System.Collections.Concurrent;
using System.Diagnostics;

namespace ForgeOrleans.Story;

/// <summary>Users of several sites who go on making tasks, five a second on each site, whether or not those before have been answered.</summary>
internal sealed class Traffic(IReadOnlyList<(Site Site, User User)> users, Platform platform, CancellationToken interrupted)
{
    public const string Team = "Traffic";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<TrafficCall> _calls = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
    private Task _traffic = Task.CompletedTask;

    public TimeSpan Now => _watch.Elapsed;

    public IReadOnlyCollection<TrafficCall> Calls => _calls;

    public void Start() => _traffic = RunAsync();

    /// <summary>Ends the traffic, and waits until all of it is answered.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _traffic;
        interrupted.ThrowIfCancellationRequested();
    }

    private async Task RunAsync()
    {
        var under = new List<Task>();
        for (var number = 1; !_stop.IsCancellationRequested; number++)
        {
            under.AddRange(users.Select(who => CallAsync(who.User, new(who.Site, $"{who.Site.Id} {number}", Now))));
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(under).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CallAsync(User user, TrafficCall call)
    {
        _calls.Enqueue(call);
        var answer = await platform.CallAsync(
            call.Site, user, "POST", "/tasks/", new { department = "Engineering", team = Team, description = call.Description });
        call.Answer = new(answer.Status, Now);
    }
}

/// <summary>A task that a user asked for, and what came of it.</summary>
internal sealed class TrafficCall(Site site, string description, TimeSpan sent)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public Site Site => site;

    public string Description => description;

    public TimeSpan Sent => sent;

    public TrafficAnswer? Answer { get; set; }

    public bool IsAcknowledged => Answer is { Status: 200 };

    public bool IsRefused => Answer is { Status: not 200 };

    /// <summary>Whether the user noticed nothing.</summary>
    public bool WentWell => IsAcknowledged && Answer!.At - sent < Soon;
}

internal sealed record TrafficAnswer(int Status, TimeSpan At);
