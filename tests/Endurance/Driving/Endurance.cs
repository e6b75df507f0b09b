using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ForgeOrleans.TestServers;

namespace ForgeOrleans.Endurance.Driving;

/// <summary>Kills and starts again, until it was asked to stop; then looks whether all that was acknowledged was done.</summary>
internal static class Endurance
{
    private static readonly TimeSpan PatienceInTheEnd = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(Choices? asked)
    {
        if (asked is not { } choices)
        {
            Console.WriteLine(Choices.Usage);
            return 2;
        }
        var folder = Directory.CreateTempSubdirectory("endurance-");
        await using var recorder = await Recorder.StartAsync();
        await using var server = choices.Cluster is null ? null : await PostgreSqlServer.StartNewAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Forge__Apps__0__JwksUrl"] = $"{recorder.Url}/keys",
            ["Endurance__Recorder"] = recorder.Url,
            ["Forge__DataPath"] = Path.Combine(folder.FullName, "data"),
            // Kills and failures on purpose are not to park anything, and nobody wants to wait.
            ["Forge__Work__Attempts"] = "1000",
            ["Forge__Work__FirstRetry"] = "00:00:00.2",
            ["Forge__Work__LongestRetry"] = "00:00:02",
        };
        var remotes = choices.Cluster is null
            ? [new Remote(typeof(Endurance).Assembly.Location, ["remote"], settings, FreeUrl())]
            : await ClusterAsync(choices, settings, server!);
        try
        {
            return await RunAsync(choices, recorder, remotes);
        }
        finally
        {
            foreach (var remote in remotes)
                remote.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(Choices choices, Recorder recorder, IReadOnlyList<Remote> remotes)
    {
        await Task.WhenAll(remotes.Select(remote => remote.StartAsync()));
        var turn = 0;
        using var traffic = new Traffic(() => remotes[Interlocked.Increment(ref turn) % remotes.Count].Url, choices);
        using var enough = new CancellationTokenSource();
        var delivering = traffic.DeliverAsync(enough.Token);
        var watch = Stopwatch.StartNew();
        for (var kill = 1; kill <= choices.Kills; kill++)
        {
            await Task.Delay(Random.Shared.Next(200, 2_500));
            var victim = remotes[Random.Shared.Next(remotes.Count)];
            await victim.KillAsync(recorder);
            await victim.StartAsync();
            if (kill % 10 == 0 || kill == choices.Kills)
                Console.WriteLine($"{watch.Elapsed:hh\\:mm\\:ss}  {kill} kills, {traffic.Acknowledged.Count:N0} events acknowledged, {recorder.Runs:N0} runs, {recorder.Overlaps.Count} overlaps");
        }
        await enough.CancelAsync();
        await delivering;

        var begun = Stopwatch.StartNew();
        List<string> lost;
        while ((lost = [.. traffic.Acknowledged.Keys.Where(item => !recorder.IsDone(item))]).Count > 0 && begun.Elapsed < PatienceInTheEnd)
            await Task.Delay(100);

        Console.WriteLine($"""
            kills                     {choices.Kills:N0}
            events acknowledged       {traffic.Acknowledged.Count:N0}  ({traffic.Refused:N0} were not, while nobody was there)
            runs                      {recorder.Runs:N0}
            run to their end twice    {recorder.DoneTwice:N0}
            done after the last kill  {begun.Elapsed.TotalSeconds:0.0} s
            lost                      {lost.Count:N0}
            overlapping runs of a key {recorder.Overlaps.Count:N0}
            """);
        foreach (var overlap in recorder.Overlaps.Take(10))
            Console.WriteLine($"  {overlap}");
        foreach (var item in lost.Take(10))
            Console.WriteLine($"  {item} was acknowledged and never done");
        return lost.Count == 0 && recorder.Overlaps.Count == 0 && !traffic.Acknowledged.IsEmpty ? 0 : 1;
    }

    private static async Task<IReadOnlyList<Remote>> ClusterAsync(Choices choices, Dictionary<string, string?> settings, PostgreSqlServer server)
    {
        var connection = await server.CreateDatabaseAsync();
        return [.. Enumerable.Range(0, choices.Silos).Select(_ => new Remote(
            choices.Cluster!,
            [],
            new Dictionary<string, string?>(settings)
            {
                ["Forge__Cluster__Provider"] = "PostgreSQL",
                ["Forge__Cluster__ConnectionString"] = connection,
                ["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1",
                ["Forge__Cluster__SiloPort"] = $"{FreePort()}",
                ["Forge__Cluster__GatewayPort"] = $"{FreePort()}",
                ["Forge__Role"] = "ApiAndSilo",
            },
            FreeUrl()))];
    }

    private static string FreeUrl() => $"http://127.0.0.1:{FreePort()}";

    // Below those that the system gives to outgoing connections, one of which might have it in the moment between two processes.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 30_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
