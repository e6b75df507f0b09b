using System.Diagnostics;
using System.Globalization;
using ForgeOrleans.Bench.ClusterMemory;
using ForgeOrleans.Installations;
using ForgeOrleans.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Admits installations over two silos, processes of their own, and asks the garbage collectors of all what they take.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [SiloProcess.Command, var connection, var siloPort, var gatewayPort])
{
    await SiloProcess.RunAsync(connection, siloPort, gatewayPort);
    return;
}
if (PostgreSqlPrograms.Missing is { } missing)
{
    Console.WriteLine(missing);
    return;
}

var count = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 100_000;
await using var server = await PostgreSqlServer.StartNewAsync();
// Two silos with two pools each must not ask for more connections than the server has.
var connectionString = await server.CreateDatabaseAsync() + ";Maximum Pool Size=40";
await using var one = await SiloProcess.StartAsync(connectionString);
await using var two = await SiloProcess.StartAsync(connectionString);
using var front = ClusterHost.Build("Api", connectionString);
await front.StartAsync();
await ClusterHost.UntilReadyAsync(front);
var admissions = front.Services.GetRequiredService<Admissions>();

// What all sites share, the shards of the index among it, is there before anything is counted.
await Site.AdmitAsync(admissions, count, 1_000);
var silosBefore = await one.UsedAsync() + await two.UsedAsync();
var frontBefore = GC.GetTotalMemory(forceFullCollection: true);

var watch = Stopwatch.StartNew();
await Site.AdmitAsync(admissions, 0, count);
var seconds = watch.Elapsed.TotalSeconds;
var silos = await one.UsedAsync() + await two.UsedAsync() - silosBefore;
var remembered = GC.GetTotalMemory(forceFullCollection: true) - frontBefore;
// The front has each token a second time: it is another process.
var active = silos + remembered - (2L * count * Site.TokenBytes);

// Orleans looks every minute for what has been idle for so long.
await Task.Delay(ClusterHost.IdleAfter + TimeSpan.FromMinutes(2));
var idle = await one.UsedAsync() + await two.UsedAsync() - silosBefore;

Console.WriteLine($"""
    {count:N0} installations over two silos, each with an access token of {Site.TokenBytes:N0} bytes, admitted for the first time at {count / seconds:N0} a second

    memory of an active installation, beyond its tokens       {(double)active / count / 1024,8:0.00} KB   ({(double)(silos - ((long)count * Site.TokenBytes)) / count / 1024:0.00} on the silos, the rest in the front)
    memory of an idle one, on the silos                       {(double)idle / count / 1024,8:0.00} KB
    """);
await front.StopAsync();
