using System.Runtime.InteropServices;

namespace ForgeOrleans.Bench.Figures;

/// <summary>Where the numbers come from, and how much else went on there.</summary>
public static class Machine
{
    public static string Describe()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return $"{processor ?? RuntimeInformation.ProcessArchitecture.ToString()}; {RuntimeInformation.FrameworkDescription}; load average at the end {load} (a run alone makes 1 to 2)";
    }
}
