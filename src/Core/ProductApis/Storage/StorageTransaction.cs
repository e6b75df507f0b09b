using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Operations that are carried out together or not at all, up to <see cref="StorageLimits.MostOperations"/>, each key once.</summary>
public sealed class StorageTransaction
{
    private const string Name = "A transaction";

    private readonly StorageCalls _calls;
    private readonly List<Operation> _sets = [];
    private readonly List<Operation> _deletes = [];
    private readonly List<Operation> _checks = [];

    internal StorageTransaction(StorageCalls calls) => _calls = calls;

    /// <summary>Sets a key.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="key">The key; plain, or of an entity.</param>
    /// <param name="value">The value, taken as it is now.</param>
    /// <param name="condition">What the entity must be before; only for keys of entities.</param>
    /// <param name="timeToLive">When it expires, from now; null for never.</param>
    /// <exception cref="ForgeStorageLimitException">The value is beyond a limit.</exception>
    /// <exception cref="ArgumentException">There is a condition for a plain key.</exception>
    public StorageTransaction Set<T>(StorageKey key, T value, StorageFilter? condition = null, TimeSpan? timeToLive = null)
    {
        CheckCondition(key, condition);
        _sets.Add(new(key, condition, _calls.Value(value, StorageLimits.LargestValue, key.EntityName is not null), timeToLive));
        return this;
    }

    /// <summary>Deletes a key.</summary>
    /// <param name="key">The key; plain, or of an entity.</param>
    /// <param name="condition">What the entity must be before; only for keys of entities.</param>
    /// <exception cref="ArgumentException">There is a condition for a plain key.</exception>
    public StorageTransaction Delete(StorageKey key, StorageFilter? condition = null)
    {
        CheckCondition(key, condition);
        _deletes.Add(new(key, condition));
        return this;
    }

    /// <summary>Demands something of an entity that the transaction does not change.</summary>
    /// <param name="key">The entity's key.</param>
    /// <param name="condition">What the entity must be.</param>
    /// <exception cref="ArgumentException">The key is a plain one.</exception>
    public StorageTransaction Check(StorageKey key, StorageFilter condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        CheckCondition(key, condition);
        _checks.Add(new(key, condition));
        return this;
    }

    /// <summary>Carries it out.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ForgeStorageConflictException">A condition does not hold. Nothing was changed.</exception>
    /// <exception cref="ForgeStorageLimitException">It has no operation, too many, a key twice, or too much in all.</exception>
    public Task ExecuteAsync(CancellationToken cancellationToken = default)
    {
        List<Operation> all = [.. _sets, .. _deletes, .. _checks];
        StorageLimits.CheckOperations(all.Count, Name);
        StorageBatches.CheckKeys(all.Select(operation => operation.Key), Name);
        var body = StorageCalls.Body(request =>
        {
            request.WriteStartObject();
            Write(request, "set", _sets);
            Write(request, "delete", _deletes);
            Write(request, "check", _checks);
            request.WriteEndObject();
        });
        StorageLimits.CheckRequest(body.Length, Name);
        // With conditions, a second time may fail on what the first has done.
        return _calls.PostAsync("transaction", body, isIdempotent: all.All(operation => operation.Condition is null), cancellationToken);
    }

    private static void Write(Utf8JsonWriter request, string member, List<Operation> operations)
    {
        if (operations.Count == 0)
            return;
        request.WriteStartArray(member);
        foreach (var operation in operations)
        {
            request.WriteStartObject();
            StorageCalls.WriteKey(request, operation.Key.Key, operation.Key.EntityName);
            if (operation.Value is { } value)
                StorageCalls.WriteValue(request, value);
            operation.Condition?.Write(request, "conditions");
            StorageCalls.WriteTimeToLiveOptions(request, operation.TimeToLive);
            request.WriteEndObject();
        }
        request.WriteEndArray();
    }

    private static void CheckCondition(StorageKey key, StorageFilter? condition)
    {
        if (condition is not null && key.EntityName is null)
            throw new ArgumentException($"'{key.Key}' is a plain key, and only entities have conditions: give it an entity's name.", nameof(condition));
    }

    private sealed record Operation(StorageKey Key, StorageFilter? Condition, byte[]? Value = null, TimeSpan? TimeToLive = null);
}
