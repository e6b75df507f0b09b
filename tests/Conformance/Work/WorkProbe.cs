using System.Collections.Concurrent;
using System.Threading.Channels;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Work;

/// <summary>A handler of a test's own, by a key that no other test has: it tells of every run, which ends when the test says so.</summary>
public sealed class WorkProbe
{
    private static readonly ConcurrentDictionary<string, WorkProbe> All = new();

    private readonly Channel<ProbedRun> _begun = Channel.CreateUnbounded<ProbedRun>();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<WorkRun, CancellationToken, Task>? _does;
    private int _count;

    /// <param name="does">What a run does; null waits for the test.</param>
    public WorkProbe(Func<WorkRun, CancellationToken, Task>? does = null)
    {
        _does = does;
        All[Key] = this;
    }

    public string Key { get; } = Guid.NewGuid().ToString();

    /// <summary>How many runs have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Completes when a run begins that the test has not yet been told of.</summary>
    public Task<ProbedRun> NextAsync() => _begun.Reader.ReadAsync().AsTask();

    /// <summary>Ends all runs, and those that are to come at once.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>The next run, which needs no time to pass.</summary>
    public Task<ProbedRun> NowAsync() => NextAsync().WaitAsync(TimeSpan.FromSeconds(20));

    public static async Task RunAsync(WorkRun run, CancellationToken cancellationToken)
    {
        var probe = All[run.Key];
        Interlocked.Increment(ref probe._count);
        var begun = new ProbedRun(run, cancellationToken);
        probe._begun.Writer.TryWrite(begun);
        await (probe._does?.Invoke(run, cancellationToken) ?? (await Task.WhenAny(begun.Ended, probe._released.Task).WaitAsync(cancellationToken)));
    }
}

/// <summary>A run that has begun.</summary>
/// <param name="Run">What its handler got.</param>
/// <param name="Cancellation">Tells the handler to end.</param>
public sealed record ProbedRun(WorkRun Run, CancellationToken Cancellation)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public void Finish() => _ended.TrySetResult();

    public void Fail(Exception e) => _ended.TrySetException(e);

    /// <summary>Completes when the handler is told to end.</summary>
    public async Task CancelledAsync() =>
        await Task.Delay(TimeSpan.FromSeconds(20), Cancellation).ContinueWith(wait => wait.IsCanceled.ShouldBeTrue("the handler was not told to end"), TaskScheduler.Default);
}

/// <summary>Puts the probes' handler into every process of a host, before it runs anything.</summary>
internal static class WorkProbes
{
    public static ForgeRemoteBuilder AddWorkProbes(this ForgeRemoteBuilder remote)
    {
        remote.Services.AddSingleton(services =>
        {
            var handlers = new DeferredHandlers();
            foreach (var kind in (string[])[WorkKind.Job, WorkKind.Trigger, WorkKind.Event])
                handlers.Add(kind, null, DeferredHandlers.Any, WorkProbe.RunAsync, services);
            return handlers;
        });
        return remote;
    }
}
