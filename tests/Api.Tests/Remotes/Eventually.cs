using System.Diagnostics;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>Waits for what has no signal of its own.</summary>
internal static class Eventually
{
    /// <summary>Only a test that fails waits so long, and a busy machine is no reason to fail.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(Patience, "it is still not so");
            await Task.Delay(10);
        }
    }
}
