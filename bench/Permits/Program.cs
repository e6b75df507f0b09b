using System.Collections.Concurrent;
using System.Globalization;
using ForgeOrleans;
using ForgeOrleans.Bench.Permits;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.SingleNode;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Asks a site's gate for permits, through the host's own API, as often as it can: nobody else asks, and there is always room.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
// With "offline": has handlers act as the same absent user instead, all at once, and counts what the platform is asked.
if (args is ["offline", .. var size])
{
    await OfflineTokens.MeasureAsync(size is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 10_000);
    return;
}
const int plenty = 1_000_000_000;
const string app = "8db33809-1f32-48bb-8c52-5877dab48107";
const string site = "00000001-3257-4000-8000-000000000000";
const string endpoint = "GET /rest/api/3/issue/{}";
var data = Directory.CreateTempSubdirectory("forge-permits-");
try
{
    var builder = Host.CreateApplicationBuilder();
    builder.Configuration["Forge:DataPath"] = data.FullName;
    builder.Configuration["Forge:ProductApi:Limits:Gets"] = $"{plenty}";
    builder.Logging.SetMinimumLevel(LogLevel.Error);
    new ForgeRemoteBuilder(builder).AddCore().UseSingleNode();
    using var host = builder.Build();
    await host.StartAsync();
    var actors = host.Services.GetRequiredService<IActors>();
    var gate = actors.Get<ICallGate>(site);
    var call = new LimitedCall("jira", "GET", endpoint);
    // What every answer says while little is used; the first one ends the assumption that sites share the app's points.
    var news = new CallNews(app, [new("jira", endpoint) { Site = new(plenty, null, TimeSpan.FromMinutes(30)), PerSecond = plenty }]);
    await gate.TellAsync(news);
    var nothing = new CallNews(app, []);
    var sites = new ConcurrentDictionary<string, ICallGate>([new(site, gate)], StringComparer.Ordinal);
    var patience = TimeSpan.FromSeconds(20);

    var lookup = new Cost("a look into a ConcurrentDictionary", times =>
    {
        var found = 0;
        for (var i = 0; i < times; i++)
            found += sites.TryGetValue(site, out _) ? 1 : 0;
        return found == times ? Task.CompletedTask : throw new InvalidOperationException("The site is not there.");
    });
    var idle = new Cost("a call of an actor that has nothing to do", async times =>
    {
        for (var i = 0; i < times; i++)
            await gate.TellAsync(nothing);
    });
    var permit = new Cost("a permit", times => AskAsync(times, null));
    var withNews = new Cost("a permit, with what the last answer said", times => AskAsync(times, news));
    Cost[] costs = [lookup, idle, permit, withNews];
    await Cost.MeasureAsync(costs);
    await host.StopAsync();

    Console.WriteLine($"{"",-44} {"median",10} {"lowest",10} {"a tenth above",14} {"allocated",10}");
    foreach (var cost in costs)
        Console.WriteLine($"{cost.Name,-44} {cost.At(0.5),7:0.000} µs {cost.At(0),7:0.000} µs {cost.At(0.9),11:0.000} µs {cost.Allocated,8:0} B");
    Console.WriteLine($"""

        figure                                                      measured      target      reached
        a permit nobody else wants                              {permit.At(0.5),10:0.00} µs      < 2 µs      {Reached(permit.At(0.5) < 2)}
        the same, with what the last answer said                {withNews.At(0.5),10:0.00} µs      < 2 µs      {Reached(withNews.At(0.5) < 2)}

        a permit / a call of an actor that has nothing to do: {permit.At(0.5) / idle.At(0.5):0.0}
        load average at the end: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}
        """);

    async Task AskAsync(int times, CallNews? told)
    {
        for (var i = 0; i < times; i++)
        {
            var answer = await gate.AskAsync(new(app, call, IsBackground: false, patience) { News = told });
            if (answer is not { Verdict: PermitVerdict.Granted, After.Ticks: 0 })
                throw new InvalidOperationException($"There was no room at once: {answer}");
        }
    }
}
finally
{
    data.Delete(recursive: true);
}

static string Reached(bool isSo) => isSo ? "yes" : "no";
