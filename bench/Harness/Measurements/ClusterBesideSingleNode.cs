using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;
using ForgeOrleans.TestServers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>
/// The cluster against the single node, on the same core: one process that is both web front and silo, and a web front whose actors all
/// live on another silo. That silo, as another machine would be, is on the core of the load.
/// </summary>
public static class ClusterBesideSingleNode
{
    public static async Task<Findings> MeasureAsync(Setting setting, CancellationToken cancellation)
    {
        await using var database = await PostgreSqlServer.StartNewAsync();
        var alone = new ClusterProcesses(setting, await database.CreateDatabaseAsync());
        var apart = new ClusterProcesses(setting, await database.CreateDatabaseAsync());

        await using var single = await StartAsync("single-node", setting.Contestants(setting.DataFolder("beside-cluster")).Remote);
        await using var both = await StartAsync("cluster-api-and-silo", address => alone.Start(address, "ApiAndSilo", setting.Cores.Server));
        await using var silo = await StartAsync("cluster-silo", address => apart.Start(address, "Silo", setting.Cores.Load));
        await using var front = await StartAsync("cluster-api", address => apart.Start(address, "Api", setting.Cores.Server));
        foreach (var server in new[] { single, both, front })
        {
            using var talk = new Conversation(server);
            await talk.CheckEchoAsync(setting.Callers[^1], cancellation);
            await talk.SeedTasksAsync([.. setting.Sites], cancellation);
        }

        var singleEcho = Loaded("single node echo", single, LoadRequest.Echo);
        var bothEcho = Loaded("cluster echo, one process", both, LoadRequest.Echo);
        var singleList = Loaded("single node GET /tasks/", single, LoadRequest.List);
        var frontList = Loaded("cluster GET /tasks/, actor on another silo", front, LoadRequest.List);
        await new Rounds(setting.Options).RunAsync([singleEcho, bothEcho, singleList, frontList], cancellation);
        return new Findings(
            [
                Ratio("cluster POST /echo, one process / single node", 0.9, bothEcho, singleEcho),
                Ratio("cluster GET /tasks/, another silo / single node", 0.5, frontList, singleList),
            ],
            [singleEcho, bothEcho, singleList, frontList]);

        Task<Server> StartAsync(string name, Func<Uri, ProcessStartInfo> describe) =>
            Server.StartAsync(name, describe, setting.Folder, cancellation);

        Subject Loaded(string name, Server server, LoadRequest request) =>
            new(name, (time, cancel) => setting.Wrk.RunAsync(server, request, time, cancel));

        Figure Ratio(string name, double target, Subject of, Subject to) => new(name, target, [.. of.Samples.Zip(to.Samples, (a, b) => a.PerSecond / b.PerSecond)])
        {
            CoreRatio = Figure.Median(of.Samples.Zip(to.Samples, (a, b) => a.PerCoreSecond / b.PerCoreSecond)),
        };
    }

    /// <summary>Processes of one cluster.</summary>
    private sealed class ClusterProcesses(Setting setting, string connectionString)
    {
        public ProcessStartInfo Start(Uri address, string role, int core)
        {
            var start = setting.Contestants("").Cluster(address, core);
            start.Environment["Forge__Role"] = role;
            start.Environment["Forge__Cluster__Provider"] = "PostgreSQL";
            start.Environment["Forge__Cluster__ConnectionString"] = connectionString;
            start.Environment["Forge__Cluster__AdvertisedAddress"] = "127.0.0.1";
            start.Environment["Forge__Cluster__SiloPort"] = $"{FreePort()}";
            start.Environment["Forge__Cluster__GatewayPort"] = $"{FreePort()}";
            return start;
        }

        private static int FreePort()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
