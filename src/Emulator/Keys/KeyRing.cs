using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Keys;

/// <summary>The platform's signing keys: one that signs, and those that are published.</summary>
public sealed class KeyRing : IDisposable
{
    private readonly Lock _turn = new();
    private readonly List<SigningKey> _made = [];
    private readonly Lazy<SigningKey> _stranger;
    private ImmutableArray<SigningKey> _published;

    private readonly Changes _changes;
    private long _version;

    internal KeyRing(Changes changes)
    {
        _changes = changes;
        _published = [Make()];
        _stranger = new Lazy<SigningKey>(Make);
    }

    /// <summary>The id of the key that signs now.</summary>
    public string CurrentKeyId => Current.Id;

    /// <summary>The ids of all published keys, the signing one first.</summary>
    public IReadOnlyList<string> PublishedKeyIds => [.. _published.Select(key => key.Id)];

    /// <summary>The number of the last change.</summary>
    internal long Version => Volatile.Read(ref _version);

    internal SigningKey Current => _published[0];

    /// <summary>A key that is never published: what a forger has.</summary>
    internal SigningKey Stranger => _stranger.Value;

    /// <summary>Signs with a new key from now on.</summary>
    /// <param name="retireOld">Whether the old keys go at once, and the tokens they signed with them; else they stay published.</param>
    public void Rotate(bool retireOld = false)
    {
        lock (_turn)
        {
            _published = retireOld ? [Make()] : [Make(), .. _published];
            _changes.Mark(ref _version);
        }
    }

    internal JsonObject ToJwks() => new() { ["keys"] = new JsonArray([.. _published.Select(key => key.ToJwk())]) };

    private SigningKey Make()
    {
        var key = new SigningKey();
        lock (_turn)
        {
            _made.Add(key);
        }

        return key;
    }

    /// <inheritdoc />
    public void Dispose() => _made.ForEach(key => key.Dispose());
}
