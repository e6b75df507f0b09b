using System.Diagnostics;
using System.Text;
using ForgeOrleans.Hosting;
using ForgeOrleans.SingleNode;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Bench.Memory;

/// <summary>Work that waits, here for a handler that there is not: what it takes in memory, and how long a start on it takes.</summary>
internal static class WaitingWork
{
    private const int PerSite = 100;

    public static async Task MeasureAsync(int items)
    {
        var data = Directory.CreateTempSubdirectory("forge-waiting-");
        var clock = new JumpingClock();
        var sites = items / PerSite;
        try
        {
            var (host, _) = await StartAsync(data.FullName, clock);
            var actors = host.Services.GetRequiredService<IActors>();
            await AcceptAsync(actors, clock, -1);
            var before = Used();
            var watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(Enumerable.Range(0, sites), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (site, _) => await AcceptAsync(actors, clock, site));
            var seconds = watch.Elapsed.TotalSeconds;
            clock.Jump(TimeSpan.FromMinutes(20));
            await Task.Delay(TimeSpan.FromSeconds(2));
            clock.Jump(TimeSpan.FromMinutes(20));
            var waiting = Used() - before;
            await host.StopAsync();
            host.Dispose();

            var (again, start) = await StartAsync(data.FullName, clock);
            await again.StopAsync();
            again.Dispose();

            Console.WriteLine($"""
                {items:N0} items of {sites:N0} sites, accepted in batches of {WorkBatch.MostItems} at {items / seconds:N0} a second

                figure                                                      measured      target      reached
                memory of them all, while they wait                     {waiting / 1024d / 1024d,10:0.0} MB   near none      {Reached(waiting < 10 * 1024 * 1024)}
                start on them                                           {start.TotalSeconds,10:0.00} s    <= 10 s      {Reached(start <= TimeSpan.FromSeconds(10))}

                the database has {new DirectoryInfo(data.FullName).EnumerateFiles("*.db*", SearchOption.AllDirectories).Sum(file => file.Length) / 1024 / 1024:N0} MB
                """);
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(IHost Host, TimeSpan Start)> StartAsync(string data, JumpingClock clock)
    {
        var watch = Stopwatch.StartNew();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["Forge:DataPath"] = data;
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddSingleton<TimeProvider>(clock);
        new ForgeRemoteBuilder(builder).AddCore().UseSingleNode();
        var host = builder.Build();
        await host.StartAsync();
        return (host, watch.Elapsed);
    }

    private static async Task AcceptAsync(IActors actors, TimeProvider clock, int site)
    {
        var queue = actors.Get<IWorkQueue>($"{site & int.MaxValue:x8}-3257-4000-8000-000000000000");
        var now = clock.GetUtcNow();
        foreach (var batch in Enumerable.Range(0, PerSite).Chunk(WorkBatch.MostItems))
            await queue.AcceptAsync(new([.. batch.Select(number => new WorkItem
            {
                ItemId = Guid.CreateVersion7(now).ToString(),
                Kind = WorkKind.Job,
                Key = "later",
                OrderingKey = $"issue/{number % 10}",
                Payload = Encoding.UTF8.GetBytes($$"""{"number":{{number}},"text":"{{new string('x', 200)}}"}"""),
            })]));
    }

    private static long Used()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static string Reached(bool isSo) => isSo ? "yes" : "no";
}
