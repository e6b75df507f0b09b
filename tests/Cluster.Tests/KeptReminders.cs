using System.Collections.Concurrent;
using Orleans.Runtime;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Reminders that outlive the silos.</summary>
public sealed class KeptReminders : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId, string), ReminderEntry> _entries = new();

    private readonly ConcurrentDictionary<GrainId, ConcurrentQueue<DateTime>> _registrations = new();
    private readonly ConcurrentDictionary<GrainId, TaskCompletionSource<bool>> _removals = new();

    /// <summary>What every registration is answered with while it is set.</summary>
    public Exception? Outage { get; set; }

    public IEnumerable<ReminderEntry> All => _entries.Values;

    /// <summary>The first ticks that a grain's reminder was registered with, one after the other.</summary>
    public IReadOnlyList<DateTime> RegistrationsOf(GrainId grain) => [.. _registrations.GetValueOrDefault(grain) ?? []];

    /// <summary>Completes when a reminder of the grain is removed.</summary>
    public Task<bool> RemovedAsync(GrainId grain) => Removal(grain).Task;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Data(entry => entry.GrainId == grainId);

    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Data(entry =>
    {
        var hash = entry.GrainId.GetUniformHashCode();
        return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    });

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(_entries.GetValueOrDefault((grainId, reminderName)));

    public Task<string?> UpsertRow(ReminderEntry entry)
    {
        if (Outage is { } outage)
            throw outage;
        entry.ETag = Guid.NewGuid().ToString();
        _entries[(entry.GrainId, entry.ReminderName)] = entry;
        _registrations.GetOrAdd(entry.GrainId, _ => new()).Enqueue(entry.StartAt);
        return Task.FromResult<string?>(entry.ETag);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var isRemoved = _entries.TryGetValue((grainId, reminderName), out var entry) && entry.ETag == eTag
            && _entries.TryRemove(new((grainId, reminderName), entry));
        if (isRemoved)
            Removal(grainId).TrySetResult(true);
        return Task.FromResult(isRemoved);
    }

    public Task TestOnlyClearTable()
    {
        _entries.Clear();
        return Task.CompletedTask;
    }

    private TaskCompletionSource<bool> Removal(GrainId grain) => _removals.GetOrAdd(grain, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task<ReminderTableData> Data(Func<ReminderEntry, bool> predicate) => Task.FromResult(new ReminderTableData(_entries.Values.Where(predicate)));
}
