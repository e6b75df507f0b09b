using System.Collections.Concurrent;
using System.Diagnostics;

namespace ForgeOrleans.Bench.Products;

/// <summary>Users of all sites who call a product now and then, and work that calls as often as it may.</summary>
/// <param name="remote">Makes the calls.</param>
/// <param name="callers">A caller of each site.</param>
/// <param name="ofUsers">How many calls a second the users of a site make.</param>
public sealed class ProductTraffic(LimitedRemote remote, IReadOnlyList<ProductCaller> callers, int ofUsers)
{
    // One begins while the other ends, so that there is work all the time. Together they ask for more than there is.
    private const int WorkPerSite = 2;

    /// <summary>Lets users call for a time.</summary>
    /// <returns>How long each of their calls took, its wait for a permit included.</returns>
    public async Task<IReadOnlyList<TimeSpan>> UsersAsync(string path, TimeSpan time, CancellationToken cancellation)
    {
        var taken = new ConcurrentBag<TimeSpan>();
        var pause = TimeSpan.FromSeconds(1d / ofUsers / callers.Count);
        var calls = new List<Task>();
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var watch = Stopwatch.StartNew();
        for (var number = 0; watch.Elapsed < time; await clock.WaitForNextTickAsync(cancellation))
            for (; number * pause < watch.Elapsed; number++)
                calls.Add(CallAsync(callers[number % callers.Count], number / callers.Count));
        await Task.WhenAll(calls);
        return [.. taken];

        async Task CallAsync(ProductCaller caller, int turn) => taken.Add(await remote.LoadAsync(caller, turn, path, count: 1, parallel: 1, isBackground: false, cancellation));
    }

    /// <summary>Lets work call until it is told to stop; what is under way then comes to its end.</summary>
    /// <param name="path">What to call.</param>
    /// <param name="perInvocation">About how many calls an invocation makes; it must be done within its deadline.</param>
    /// <param name="parallel">How many of them are under way at a time.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task WorkAsync(string path, int perInvocation, int parallel, CancellationToken stop, CancellationToken cancellation) =>
        Task.WhenAll(callers.SelectMany(caller => Enumerable.Repeat(caller, WorkPerSite)).Select(async caller =>
        {
            for (var turn = Random.Shared.Next(remote.Fronts); !stop.IsCancellationRequested; turn++)
                await remote.LoadAsync(caller, turn, path, Random.Shared.Next(perInvocation / 2, perInvocation), parallel, isBackground: true, cancellation);
        }));
}
