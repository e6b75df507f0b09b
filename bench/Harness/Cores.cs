using System.Diagnostics;
using System.Globalization;

namespace ForgeOrleans.Bench;

/// <summary>The two cores of a run: one for whoever is measured, one for the load.</summary>
public sealed record Cores(int Server, int Load)
{
    /// <summary>The first two that this process may use; a container is not always given 0 and 1.</summary>
    public static Cores Find()
    {
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        var allowed = list[(list.IndexOf(':') + 1)..].Trim().Split(',').SelectMany(Range).Take(2).ToArray();
        return allowed is [var server, var load]
            ? new Cores(server, load)
            : throw new BenchException("Two cores are needed, one for the server and one for the load; this process may use only one.");
    }

    /// <summary>How to start a program so that it never leaves its core.</summary>
    public static ProcessStartInfo Pin(int core, string program, params IEnumerable<string> arguments) =>
        new("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

    private static IEnumerable<int> Range(string part)
    {
        var ends = part.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
