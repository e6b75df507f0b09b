using System.Diagnostics;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>Waits for what nobody signals, such as a change in a file.</summary>
internal static class Eventually
{
    public static async Task BecomesTrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), $"still not: {what}");
            await Task.Delay(10);
        }
    }
}
