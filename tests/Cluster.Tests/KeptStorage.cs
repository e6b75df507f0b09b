using System.Collections.Concurrent;
using Orleans.Storage;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>
/// A storage provider whose states outlive the silos, fenced by ETags as Azure's are. A test can have it refuse writes, or all.
/// </summary>
public sealed class KeptStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (object State, string ETag)> _states = new();
    private int _writes;

    /// <summary>What every call is answered with while it is set.</summary>
    public Exception? Outage { get; set; }

    /// <summary>What every write waits for, if it is set.</summary>
    public Task? Holdup { get; set; }

    /// <summary>How often anything was written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfOut();
        if (_states.TryGetValue((stateName, grainId), out var kept))
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)kept.State, kept.ETag, true);
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfOut();
        // As a storage on a network does, it answers later.
        await Task.Yield();
        if (Holdup is { } holdup)
            await holdup;
        var written = ((object)grainState.State!, $"{Interlocked.Increment(ref _writes)}");
        var isKept = grainState.ETag is null
            ? _states.TryAdd((stateName, grainId), written)
            : _states.TryGetValue((stateName, grainId), out var kept) && kept.ETag == grainState.ETag && _states.TryUpdate((stateName, grainId), written, kept);
        if (!isKept)
            throw new InconsistentStateException("Another has written since.");
        (grainState.ETag, grainState.RecordExists) = (written.Item2, true);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ThrowIfOut();
        _states.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }

    /// <summary>Writes a grain's state as another activation of it would, which that one does not know of.</summary>
    public void Overtake(string stateName, GrainId grainId) =>
        _states[(stateName, grainId)] = (_states[(stateName, grainId)].State, $"{Interlocked.Increment(ref _writes)}");

    /// <summary>A grain's state as it is kept.</summary>
    public T Read<T>(string stateName, GrainId grainId) => (T)_states[(stateName, grainId)].State;

    /// <summary>Puts a grain's state there before the grain is activated.</summary>
    public void Put<T>(string stateName, GrainId grainId, T state) where T : notnull =>
        _states[(stateName, grainId)] = (state, $"{Interlocked.Increment(ref _writes)}");

    private void ThrowIfOut()
    {
        if (Outage is { } outage)
            throw outage;
    }
}
