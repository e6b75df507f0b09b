using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ForgeOrleans;
using ForgeOrleans.Bench.Memory;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.SingleNode;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Admits installations through the host's own API, with what the front remembers of them, and asks the garbage collector what they take.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// With "work": has sites accept a million items instead, and asks the same.
if (args is ["work", .. var size])
{
    await WaitingWork.MeasureAsync(size is [var items] ? int.Parse(items, CultureInfo.InvariantCulture) : 1_000_000);
    return;
}
var count = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 100_000;
const int tokenBytes = 1_000;
var data = Directory.CreateTempSubdirectory("forge-memory-");
var clock = new JumpingClock();
using var known = new KnownClaims(clock);
try
{
    var (host, emptyStart) = await StartAsync();
    var admissions = host.Services.GetRequiredService<Admissions>();
    await AdmitAsync(admissions, -1);
    var before = Used();

    var watch = Stopwatch.StartNew();
    await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (i, _) => await AdmitAsync(admissions, i));
    var seconds = watch.Elapsed.TotalSeconds;
    var active = Used() - before - ((long)count * tokenBytes);

    clock.Jump(Admissions.ForgottenAfter * 2);
    var idle = Used() - before;
    await host.StopAsync();
    host.Dispose();

    var (again, fullStart) = await StartAsync();
    await again.StopAsync();
    again.Dispose();

    Console.WriteLine($"""
        {count:N0} installations, each with an access token of {tokenBytes:N0} bytes, admitted for the first time at {count / seconds:N0} a second

        figure                                                      measured      target      reached
        memory of an active installation, beyond its token      {(double)active / count / 1024,10:0.00} KB     <= 4 KB      {Reached((double)active / count <= 4096)}
        memory of an idle one                                   {(double)idle / count / 1024,10:0.00} KB   near none      {Reached((double)idle / count <= 256)}
        start on them, longer than a start on nothing           {(fullStart - emptyStart).TotalMilliseconds,10:0} ms  <= 100 ms      {Reached(fullStart - emptyStart <= TimeSpan.FromMilliseconds(100))}

        start on nothing {emptyStart.TotalMilliseconds:0} ms, on {count:N0} installations {fullStart.TotalMilliseconds:0} ms
        """);
}
finally
{
    data.Delete(recursive: true);
}

async Task<(IHost Host, TimeSpan Start)> StartAsync()
{
    // The second start is measured: the first one also compiles the program.
    for (var first = true; ; first = false)
    {
        var watch = Stopwatch.StartNew();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["Forge:DataPath"] = data.FullName;
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<TimeProvider>(clock);
        new ForgeRemoteBuilder(builder).AddCore().UseSingleNode();
        var host = builder.Build();
        await host.StartAsync();
        if (!first)
            return (host, watch.Elapsed);
        await host.StopAsync();
        host.Dispose();
    }
}

async Task AdmitAsync(Admissions admissions, int i)
{
    var app = known.Read(Id(i, 1), Id(0, 3), Id(0, 4), Id(i, 2));
    var invocation = new ForgeInvocation { Installation = app.Facts, Module = app.Module, IssuedAt = clock.GetUtcNow() };
    await admissions.AdmitAsync(invocation, new(Token(), null, clock.GetUtcNow()), default);
}

static string Id(int number, int kind) => $"{number & int.MaxValue:x8}-{kind:x4}-4000-8000-000000000000";

string Token()
{
    var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"exp":{{clock.GetUtcNow().AddHours(3).ToUnixTimeSeconds()}}}"""));
    var start = $"eyJhbGciOiJSUzI1NiJ9.{payload}.";
    return start + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", tokenBytes - start.Length);
}

static long Used()
{
    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    GC.WaitForPendingFinalizers();
    return GC.GetTotalMemory(forceFullCollection: true);
}

static string Reached(bool isSo) => isSo ? "yes" : "no";
