using System.Diagnostics;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>Waits for what nobody signals, such as another process.</summary>
internal static class Eventually
{
    public static async Task BecomesTrueAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > patience)
                throw new TimeoutException($"Not within {patience.TotalSeconds} s: {what()}");
            await Task.Delay(20);
        }
    }

    public static Task BecomesTrueAsync(Func<bool> condition, string what, TimeSpan patience) =>
        BecomesTrueAsync(() => Task.FromResult(condition()), () => what, patience);
}
