using System.Diagnostics;

namespace ForgeOrleans.Story;

/// <summary>The end of the story on a cluster: silos are killed under traffic, and every task that a user was told of is there, once.</summary>
internal sealed class SiloFailures(Cluster cluster, Cast cast, Platform platform, Transcript transcript, CancellationToken interrupted)
{
    // What the platform gives a call.
    private static readonly TimeSpan PlatformPatience = TimeSpan.FromSeconds(25);

    // For how long the traffic is watched after a silo has gone.
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(40);

    // Web processes look for new silos every 5 seconds; a rollout leaves them this time too.
    private static readonly TimeSpan UntilItIsFound = TimeSpan.FromSeconds(8);

    private readonly List<InterruptedWork> _works = [];
    private readonly Traffic _traffic = new([(cast.Acme, cast.Ben), (cast.Globex, cast.Chiara)], platform, interrupted);

    public async Task PlayAsync()
    {
        transcript.Step($"Users of {cast.Acme.Id} and {cast.Globex.Id} make tasks all the time from now on, ten a second");
        _traffic.Start();
        await Task.Delay(TimeSpan.FromSeconds(3), interrupted);
        var first = _traffic.Calls.Where(call => call.Answer is not null).ToList();
        transcript.Note($"in 3 s: {Tally(first)}");
        transcript.Expect("each of them is acknowledged", first.Count > 0 && first.All(call => call.IsAcknowledged));

        // Each in turn: whichever of them a site's actors live on, they lose it once.
        foreach (var silo in cluster.Silos)
        {
            await BeginWorkAsync(_works.Count);
            await KillAsync(silo);
            await StartAgainAsync(silo);
        }

        transcript.Step("The traffic ends, and the tasks are counted");
        await _traffic.StopAsync();
        foreach (var (site, user) in new[] { (cast.Acme, cast.Ben), (cast.Globex, cast.Chiara) })
            await CountAsync(site, user);
        var after = await platform.InvokeAsync(cast.Acme, cast.Ada, "GET", "/tasks/?team=Forge");
        transcript.Expect($"{cast.Acme.Id}'s tasks of the first steps are still there", after.Descriptions is ["Write the release notes", "Book the room"]);
        var others = await platform.InvokeAsync(cast.Globex, cast.Chiara, "GET", "/tasks/?team=Forge");
        transcript.Expect($"and {cast.Globex.Id}'s", others.Descriptions is ["Call the printer"]);

        await EndWorkAsync();
    }

    private async Task BeginWorkAsync(int number)
    {
        transcript.Step($"An issue is created on each site, and the event's handler takes {InterruptedWork.Milliseconds / 1_000} s");
        var works = new[] { (cast.Acme, cast.Ada), (cast.Globex, cast.Chiara) }
            .Select((who, i) => new InterruptedWork(who.Item1, who.Item2, NewIssue(number + i), platform, interrupted))
            .ToList();
        foreach (var work in works)
            await work.BeginAsync();
        _works.AddRange(works);
        transcript.Expect("they are running", works.All(work => work.Runs is [{ Attempt: 1, IsOver: false }]));

        static IssueEvent NewIssue(int number) => new(
            IssueEvent.Created, $"{20_001 + number}", $"TB-{21 + number}", $"Outlive kill {(number / 2) + 1}", new { sleepMs = InterruptedWork.Milliseconds });
    }

    private async Task EndWorkAsync()
    {
        transcript.Step("The events that came before the kills are dealt with all the same");
        transcript.Note("unless something else calls a site that a silo has left behind, another one looks after its work within a minute");
        foreach (var work in _works)
        {
            await work.EndAsync();
            transcript.Received($"{work.Site.Id}: {Activity.Tell(work.Runs)}");
            transcript.Expect(work.WasCutOff ? "the run that was cut off is followed by one that ends" : "its run was not disturbed", work.IsDone);
            transcript.Expect("and the issue has a task", await work.IsVisibleAsync());
        }
        // What was not on the first silo was on the second, and stayed there.
        transcript.Expect("at least one of the kills did hit a run", _works.Any(work => work.WasCutOff));
    }

    private async Task KillAsync(ClusterProcess silo)
    {
        transcript.Step($"{Capital(silo.Name)} is killed (SIGKILL) in the middle of it, and the traffic goes on");
        transcript.Sent($"kill -KILL {silo.Id}");
        var killed = _traffic.Now;
        silo.Kill();
        for (var second = 2; _traffic.Now - killed < AtMost; second += 2)
        {
            await Task.Delay(TimeSpan.FromSeconds(second) - (_traffic.Now - killed), interrupted);
            var calls = Since(killed);
            transcript.Note($"{second,2} s after: {Tally(calls)}");
            if (second >= AtLeast.TotalSeconds && IsWell(calls))
                break;
        }

        var all = Since(killed);
        var hit = all.Where(call => call.Answer is not null && !call.WentWell).ToList();
        var until = hit.Count == 0 ? TimeSpan.Zero : hit.Max(call => call.Answer!.At) - killed;
        transcript.Note(hit.Count == 0
            ? "nobody noticed: none of the two sites lived there"
            : $"{hit.Count(call => call.IsAcknowledged)} calls had to wait, {hit.Count(call => call.IsRefused)} were answered with an error; "
                + $"{until.TotalSeconds:0.0} s after the kill the last of them was answered");
        transcript.Expect("both sites are served as before, sooner than the platform gives up a call (25 s)", IsWell(all) && until < PlatformPatience);
    }

    private async Task StartAgainAsync(ClusterProcess silo)
    {
        transcript.Step($"{Capital(silo.Name)} is started again");
        var watch = Stopwatch.StartNew();
        silo.Start();
        await silo.UntilReadyAsync();
        transcript.Sent($"GET {silo.Url}/health/ready");
        transcript.Received($"200  {watch.Elapsed.TotalSeconds:0.0} s after its start: the cluster counts it in");
        await Task.Delay(UntilItIsFound, interrupted);
    }

    private async Task CountAsync(Site site, User user)
    {
        var calls = _traffic.Calls.Where(call => call.Site == site).ToList();
        var refused = calls.Where(call => call.IsRefused).ToList();
        var kept = (await AllTasksAsync(site, user)).CountBy(task => task).ToDictionary();
        transcript.Note($"{site.Id}: {Tally(calls, site)}; {kept.Values.Sum()} tasks are there");
        if (refused.Count(call => kept.ContainsKey(call.Description)) is > 0 and var unknown)
            transcript.Note($"{unknown} of them had been answered with an error, which said that nobody knew whether they were made");
        transcript.Expect($"each of {site.Id}'s acknowledged tasks is there, exactly once", calls.Where(call => call.IsAcknowledged).All(call => kept.GetValueOrDefault(call.Description) == 1));
        transcript.Expect("and none twice, and none that nobody asked for", kept.All(task => task.Value == 1 && calls.Any(call => call.Description == task.Key)));
    }

    private async Task<List<string>> AllTasksAsync(Site site, User user)
    {
        var tasks = new List<string>();
        string? cursor = null;
        do
        {
            var page = await platform.CallAsync(site, user, "GET", $"/tasks/?team={Traffic.Team}&limit=500{(cursor is null ? "" : $"&cursor={cursor}")}");
            if (page.Status != 200)
                throw new StoryException($"The tasks of {site.Id} could not be listed: {page.Status} {page.Body?.ToJsonString()}");
            tasks.AddRange(page.Descriptions);
            cursor = page.Body?["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        return tasks;
    }

    private List<TrafficCall> Since(TimeSpan moment) => [.. _traffic.Calls.Where(call => call.Sent >= moment)];

    // The calls of a while ago went well, and none waits that should not.
    private bool IsWell(List<TrafficCall> calls)
    {
        var now = _traffic.Now;
        return calls.Where(call => now - call.Sent > TimeSpan.FromSeconds(1)).All(call => call.Answer is not null)
            && calls.Where(call => now - call.Sent is { TotalSeconds: > 1 and < 2.5 }).All(call => call.WentWell);
    }

    private string Tally(IReadOnlyCollection<TrafficCall> calls) => $"{cast.Acme.Id} {Tally(calls, cast.Acme)}; {cast.Globex.Id} {Tally(calls, cast.Globex)}";

    private static string Tally(IReadOnlyCollection<TrafficCall> calls, Site site)
    {
        var here = calls.Where(call => call.Site == site).ToList();
        var waiting = here.Count(call => call.Answer is null);
        var refused = here.Where(call => call.IsRefused).CountBy(call => call.Answer!.Status).OrderBy(status => status.Key);
        return string.Join(", ",
        [
            $"{here.Count(call => call.IsAcknowledged)} acknowledged",
            .. refused.Select(status => status.Key == 0 ? $"{status.Value} given up by the platform" : $"{status.Value} answered {status.Key}"),
            .. waiting > 0 ? [$"{waiting} waiting"] : Array.Empty<string>(),
        ]);
    }

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
