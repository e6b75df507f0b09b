using System.Diagnostics;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>Waits for what nobody signals, such as a change in a file.</summary>
internal static class Eventually
{
    /// <summary>Only a test that fails waits so long, and a busy machine is no reason to fail.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public static async Task BecomesTrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            watch.Elapsed.ShouldBeLessThan(Patience, $"still not: {what}");
            await Task.Delay(10);
        }
    }
}
