using Orleans.Concurrency;

namespace ForgeOrleans.Grains;

/// <summary>Answers on whichever silo a call comes in, so that a web process knows that it reaches one.</summary>
[Alias("ForgeOrleans.Reachable")]
public interface IReachableGrain : IGrainWithIntegerKey
{
    /// <summary>Answers.</summary>
    Task AnswerAsync();
}

/// <inheritdoc cref="IReachableGrain"/>
[GrainType("reachable"), StatelessWorker, Reentrant]
public sealed class ReachableGrain : Grain, IReachableGrain
{
    /// <inheritdoc/>
    public Task AnswerAsync() => Task.CompletedTask;
}
