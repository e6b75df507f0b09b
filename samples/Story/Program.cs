using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ForgeOrleans.Story;

// Started by run.sh, with the folder of the repository and the configuration that was built.
if (args is not [var root, var configuration, .. var options])
{
    Console.Error.WriteLine("Start the story with ./run.sh, or ./run.sh --once to end with it.");
    return 2;
}

var appId = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";
var manifest = Path.Combine(root, "samples/TaskBoard/manifest.yml");
var data = Directory.CreateTempSubdirectory("taskboard-");
var remoteUrl = $"http://127.0.0.1:{FreePort()}";
var platformUrl = $"http://127.0.0.1:{FreePort()}";
var transcript = new Transcript(Console.Out);
var watch = Stopwatch.StartNew();
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
StartedProgram? remote = null;

try
{
    transcript.Say("ForgeOrleans: the TaskBoard, its backend and the platform, on this machine");
    using var emulator = new StartedProgram(
        Built("src/Emulator", "ForgeOrleans.Emulator.dll"), ["--manifest", manifest, "--remote", remoteUrl, "--urls", platformUrl],
        new Dictionary<string, string>(), root);
    await emulator.UntilItAnswersAsync(http, $"{platformUrl}/sites");
    await StartRemoteAsync();
    transcript.Say($"    the remote    {remoteUrl}  (samples/TaskBoard, its data in {data.FullName})");
    transcript.Say($"    the platform  {platformUrl}  (src/Emulator)");

    await new TaskBoardStory(new(http, platformUrl, remoteUrl, transcript), transcript, PowerCutAsync).PlayAsync();

    transcript.Say($"{Environment.NewLine}{transcript.Right} of {transcript.Right + transcript.Wrong} expectations met, in {watch.Elapsed.TotalSeconds:0.0} s.");
    if (transcript.Wrong > 0)
        return 1;
    if (options is not ["--once"])
        await StayAsync();
    return 0;
}
catch (Exception e) when (e is StoryException or HttpRequestException)
{
    Console.Error.WriteLine($"The story ended early. {e.Message}");
    return 1;
}
finally
{
    remote?.Dispose();
    data.Delete(recursive: true);
}

async Task StartRemoteAsync()
{
    remote = new(
        Built("samples/TaskBoard", "TaskBoard.dll"), ["--urls", remoteUrl],
        new Dictionary<string, string>
        {
            ["Forge__Apps__0__Id"] = appId,
            ["Forge__Apps__0__JwksUrl"] = $"{platformUrl}/.well-known/jwks.json",
            ["Forge__ProductApi__AllowedOrigins__0"] = platformUrl,
            ["Forge__ProductApi__GatewayUrl"] = platformUrl,
            ["Forge__DataPath"] = data.FullName,
        },
        data.FullName);
    await remote.UntilItAnswersAsync(http, $"{remoteUrl}/health/ready");
}

async Task PowerCutAsync()
{
    remote!.Kill();
    remote.Dispose();
    await StartRemoteAsync();
}

async Task StayAsync()
{
    var stop = new TaskCompletionSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    transcript.Say($"""

        Both stay up until you press Ctrl+C. Call the remote as a user of a site would:

            curl '{platformUrl}/bridge/invoke?site=acme' -H 'content-type: application/json' \
                -d '{Invocation}'

        {platformUrl}/sites lists the sites and their users.
        """);
    await stop.Task;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}

string Built(string project, string assembly) => Path.Combine(root, project, "bin", configuration, "net10.0", assembly);

static int FreePort()
{
    using var listener = new TcpListener(IPAddress.Loopback, 0);
    listener.Start();
    return ((IPEndPoint)listener.LocalEndpoint).Port;
}

internal static partial class Program
{
    private const string Invocation = """{"invokeType": "ui-remote-fetch", "method": "GET", "path": "/tasks/"}""";
}
