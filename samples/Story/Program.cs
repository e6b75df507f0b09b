using System.Diagnostics;
using ForgeOrleans.Story;

// Started by run.sh, with the folder of the repository and the configuration that was built; for a cluster also with the folder of
// PostgreSQL's programs.
if (args is not [var root, var configuration, .. var options])
{
    Console.Error.WriteLine("Start the story with ./run.sh, or ./run.sh --once to end with it.");
    return 2;
}

var transcript = new Transcript(Console.Out);
var platformUrl = $"http://127.0.0.1:{Ports.Free()}";
var watch = Stopwatch.StartNew();
using var interruption = new Interruption();
using var workshop = new Workshop(root, configuration, platformUrl, interruption.Token);

try
{
    await using IDeployment remote = options is [.., "--cluster", var postgreSql] ? new Cluster(workshop, postgreSql) : new SingleNode(workshop);
    transcript.Say("ForgeOrleans: the TaskBoard, its backend and the platform, on this machine");
    using var emulator = workshop.StartPlatform(remote.Url);
    await emulator.UntilItAnswersAsync(workshop.Http, $"{platformUrl}/sites");
    await remote.StartAsync();
    remote.Introduce(transcript);
    transcript.Say($"    the platform  {platformUrl}  (src/Emulator)");

    var platform = new Platform(workshop.Http, platformUrl, remote.Url, transcript, interruption.Token);
    var cast = Cast.Of(await platform.SitesAsync());
    await new TaskBoardStory(cast, platform, transcript).PlayAsync();
    await new WorkStory(cast, platform, transcript, interruption.Token).PlayAsync();
    await remote.FailAsync(cast, platform, transcript);

    transcript.Say($"{Environment.NewLine}{transcript.Right} of {transcript.Right + transcript.Wrong} expectations met, in {watch.Elapsed.TotalSeconds:0.0} s.");
    if (transcript.Wrong > 0)
        return 1;
    if (!options.Contains("--once"))
        await StayAsync();
    return 0;
}
catch (Exception) when (interruption.Token.IsCancellationRequested)
{
    // What was under way failed because of it, one way or another.
    Console.Error.WriteLine("The story was interrupted.");
    return 130;
}
catch (Exception e) when (e is StoryException or HttpRequestException)
{
    Console.Error.WriteLine($"The story ended early. {e.Message}");
    return 1;
}

async Task StayAsync()
{
    transcript.Say($"""

        {(options.Contains("--cluster") ? "All stay" : "Both stay")} up until you press Ctrl+C. Use the TaskBoard as a user of a site does:

            {platformUrl}/apps/acme/task-board-project

        See every request that the platform sends, and let things go wrong, in its console:

            {platformUrl}/console/

        Or call the remote as its frontend would:

            curl '{platformUrl}/bridge/invoke?site=acme' -H 'content-type: application/json' \
                -d '{Invocation}'

        Or let something happen in Jira, and see what the remote has done:

            curl '{platformUrl}/events' -H 'content-type: application/json' -d '{Event}'
            curl '{platformUrl}/bridge/invoke?site=acme' -H 'content-type: application/json' -d '{Activity}'

        {platformUrl}/apps lists the sites and their users.
        """);
    await Task.Delay(Timeout.Infinite, interruption.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

internal static partial class Program
{
    private const string Invocation = """{"invokeType": "ui-remote-fetch", "method": "GET", "path": "/tasks/"}""";
    private const string Event = """{"site": "acme", "event": "avi:jira:updated:issue", "payload": {"issue": {"id": "1"}, "simulate": {"fail": 1}}}""";
    private const string Activity = """{"invokeType": "ui-remote-fetch", "method": "GET", "path": "/activity"}""";
}
