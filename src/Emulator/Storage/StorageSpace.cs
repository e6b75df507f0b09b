using System.Text.Json;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>The keys of one kind on one installation: the plain ones, the secrets, or the entities of one name.</summary>
internal sealed class StorageSpace
{
    private readonly SortedDictionary<string, StoredEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Everything that has not expired, by key.</summary>
    public IEnumerable<StoredEntry> Entries(DateTimeOffset now) => _entries.Values.Where(entry => entry.IsAlive(now));

    public StoredEntry? Find(string key, DateTimeOffset now) =>
        _entries.TryGetValue(key, out var entry) && entry.IsAlive(now) ? entry : null;

    public StoredEntry Set(string key, JsonElement value, TimeSpan? timeToLive, DateTimeOffset now) =>
        _entries[key] = new StoredEntry(key, value, Find(key, now)?.Created ?? now, now, now + timeToLive);

    public void Delete(string key) => _entries.Remove(key);
}
