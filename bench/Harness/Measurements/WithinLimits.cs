using System.Globalization;
using System.Text;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Products;
using ForgeOrleans.TestServers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>
/// Users and work of many sites call a product as often as its limits let them: what the product refuses, how much of what it permits is used, and what work costs the
/// users. The emulator is the product, and it counts.
/// </summary>
public static class WithinLimits
{
    private const double Enough = 0.95;
    private const string Limited = "/rest/api/3/myself";
    private const string Elsewhere = "/rest/api/3/users/search";

    private static readonly Scenario Many = new("50 sites, 10 a second each", Sites: 50, PerSecond: 10, OfUsers: 2, ParallelWork: 4, IsCold: false);

    // As far away as a product may be for the share to be promised.
    private static readonly Scenario Distant = Many with { Name = "the same, answers 50 ms later", Latency = TimeSpan.FromMilliseconds(50) };

    // The defaults that the contract documents, and nobody has called yet.
    private static readonly Scenario Cold = new("5 sites, 100 a second each, cold", Sites: 5, PerSecond: 100, OfUsers: 20, ParallelWork: 8, IsCold: true);

    public static async Task<string> MeasureAsync(Setting setting, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"",-76} {"measured",10} {"target",8}  reached");
        foreach (var scenario in (Scenario[])[Many, Distant, Cold])
            await RunAsync("single node", LimitedRemote.SingleNodeAsync, scenario);
        if (setting.Options.Cluster is null)
            text.AppendLine("The cluster is not measured: it was not built.");
        else if (PostgreSqlPrograms.Missing is { } missing)
            text.AppendLine(CultureInfo.InvariantCulture, $"The cluster is not measured: {missing}");
        else
            foreach (var scenario in (Scenario[])[Many, Cold])
                await RunAsync("4 web processes, 2 silos", LimitedRemote.ClusterAsync, scenario);
        return text.ToString();

        async Task RunAsync(string where, Func<Setting, Uri, CancellationToken, Task<LimitedRemote>> start, Scenario scenario)
        {
            var name = $"{where}: {scenario.Name}";
            Console.WriteLine($"  {name}");
            await using var platform = await EmulatedPlatform.StartAsync(
                Root(setting), scenario.Sites, scenario.PerSecond, setting.Folder, $"limits-emulator {name.Replace(':', ',')}", cancellation);
            await using var remote = await start(setting, platform.Address, cancellation);
            if (scenario.Latency > TimeSpan.Zero)
                await platform.SlowDownAsync(scenario.Latency, cancellation);
            Tell(text, name, scenario, await FindAsync(setting.Options.Duration, scenario, platform, remote, cancellation));
        }
    }

    private static async Task<Findings> FindAsync(TimeSpan unit, Scenario scenario, EmulatedPlatform platform, LimitedRemote remote, CancellationToken cancellation)
    {
        var traffic = new ProductTraffic(remote, await platform.CallersAsync(cancellation), scenario.OfUsers);
        var (brief, lengthy) = (unit * 2, unit * 8);
        Dictionary<string, IReadOnlyList<TimeSpan>> users = [];
        if (!scenario.IsCold)
        {
            // Every process hears of limits that are not the documented ones before work comes.
            foreach (var path in (string[])[Limited, Elsewhere])
                await traffic.UsersAsync(path, TimeSpan.FromSeconds((remote.Fronts * 2d / scenario.OfUsers) + 1), cancellation);
            await WithWorkAsync(Limited, brief, () => Task.CompletedTask);
            users["alone"] = await traffic.UsersAsync(Limited, brief, cancellation);
            await WithWorkAsync(Elsewhere, brief, async () => users["beside work at another endpoint"] = await traffic.UsersAsync(Limited, brief * 2, cancellation));
        }
        ProductCounts before = null!, after = null!;
        await WithWorkAsync(Limited, brief, async () =>
        {
            before = await platform.CountsAsync(Limited, cancellation);
            users["beside work at the same"] = await traffic.UsersAsync(Limited, lengthy, cancellation);
            after = await platform.CountsAsync(Limited, cancellation);
        });
        return new(before, after, (await platform.CountsAsync(Limited, cancellation)).Refused, users);

        // They find their pace before anything is measured.
        async Task WithWorkAsync(string path, TimeSpan first, Func<Task> measure)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var work = traffic.WorkAsync(path, scenario.PerInvocation, scenario.ParallelWork, stop.Token, cancellation);
            await traffic.UsersAsync(Limited, first, cancellation);
            await measure();
            await stop.CancelAsync();
            await work;
        }
    }

    private static void Tell(StringBuilder text, string name, Scenario scenario, Findings found)
    {
        var seconds = (found.After.At - found.Before.At).TotalSeconds;
        // What the buckets held at the beginning could have been used as well.
        var used = (found.After.Calls - found.Before.Calls) / ((seconds * scenario.PerSecond * scenario.Sites) + found.Before.InBuckets);
        Line("answered 429", $"{found.Refused.Values.Sum():0}", "0", found.Refused.Count == 0);
        Line($"share used of {seconds:0} s", string.Create(CultureInfo.InvariantCulture, $"{used * 100:0.0} %"), ">= 95 %", used >= Enough);
        foreach (var (what, taken) in found.Users)
        {
            var sorted = taken.Order().ToList();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"  {taken.Count:N0} calls of users {what}: 50 % {At(0.5):0} ms, 99 % {At(0.99):0} ms, 99.9 % {At(0.999):0} ms, longest {At(1):0} ms");

            double At(double share) => sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)].TotalMilliseconds;
        }
        foreach (var (reason, times) in found.Refused)
            text.AppendLine(CultureInfo.InvariantCulture, $"  429 {reason}: {times}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  load average then {File.ReadAllText("/proc/loadavg").Split(' ')[0]}").AppendLine();

        void Line(string figure, string measured, string target, bool isReached) =>
            text.AppendLine($"{$"{name}: {figure}",-76} {measured,10} {target,8}  {(isReached ? "yes" : "NO")}");
    }

    private static string Root(Setting setting) => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(setting.Options.Bench)))!;

    /// <summary>What is measured.</summary>
    /// <param name="Name">In words.</param>
    /// <param name="Sites">How many sites call.</param>
    /// <param name="PerSecond">How many calls a second the product lets each of them make to one endpoint.</param>
    /// <param name="OfUsers">How many of them its users make.</param>
    /// <param name="ParallelWork">How many calls an invocation of its work has under way.</param>
    /// <param name="IsCold">Nothing is known and compiled when work begins.</param>
    private sealed record Scenario(string Name, int Sites, int PerSecond, int OfUsers, int ParallelWork, bool IsCold)
    {
        /// <summary>How much later the product's answers come.</summary>
        public TimeSpan Latency { get; init; }

        // Within an invocation's 25 s at the half of what users leave, by far.
        public int PerInvocation => 7 * PerSecond;
    }

    private sealed record Findings(
        ProductCounts Before, ProductCounts After, IReadOnlyDictionary<string, long> Refused, IReadOnlyDictionary<string, IReadOnlyList<TimeSpan>> Users);
}
