using System.Collections.Concurrent;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>Shows how the turns of an actor follow each other.</summary>
public interface ITurnProbe
{
    Task<Turn> RunAsync(TurnRequest request, CancellationToken cancellationToken = default);
}

/// <summary>What to do in a turn.</summary>
/// <param name="Number">Told apart by it.</param>
/// <param name="Fails">Ends with an exception.</param>
/// <param name="Gate">Waits for <see cref="TurnGates"/> to open this one.</param>
public sealed record TurnRequest(int Number, bool Fails = false, string? Gate = null);

/// <summary>What a turn saw.</summary>
/// <param name="Overlapped">Another turn ran at the same time.</param>
/// <param name="Before">The numbers of the turns that this activation ran before.</param>
/// <param name="Thread">The thread that the turn began on.</param>
public sealed record Turn(bool Overlapped, IReadOnlyList<int> Before, int Thread);

/// <summary>Holds turns up, in the process that runs them.</summary>
public static class TurnGates
{
    private static readonly ConcurrentDictionary<string, (TaskCompletionSource Entered, TaskCompletionSource Opened)> Gates = new();

    public static void Open(string gate) => Of(gate).Opened.TrySetResult();

    /// <summary>Completes when a turn waits at the gate.</summary>
    public static Task EnteredAsync(string gate) => Of(gate).Entered.Task.WaitAsync(TimeSpan.FromSeconds(10));

    internal static Task WaitAsync(string gate)
    {
        Of(gate).Entered.TrySetResult();
        return Of(gate).Opened.Task;
    }

    private static (TaskCompletionSource Entered, TaskCompletionSource Opened) Of(string gate) => Gates.GetOrAdd(gate, _ => (
        new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)));
}

// The fields are touched without a lock: that nobody else is there is what is shown.
public class TurnProbe(ActorContext self) : ITurnProbe
{
    private readonly List<int> _before = [];
    private int _running;

    public async Task<Turn> RunAsync(TurnRequest request, CancellationToken cancellationToken = default)
    {
        var thread = Environment.CurrentManagedThreadId;
        var overlapped = ++_running > 1;
        try
        {
            var before = _before.ToArray();
            if (request.Gate is { } gate)
                await TurnGates.WaitAsync(gate);
            await Task.Yield();
            await self.Rows.ReadAsync("anything", cancellationToken);
            if (request.Fails)
                throw new ForgeException(ForgeErrorCode.NotFound, $"Turn {request.Number} fails, as it was asked to.");
            overlapped |= _running > 1;
            _before.Add(request.Number);
            return new(overlapped, before, thread);
        }
        finally
        {
            _running--;
        }
    }
}
