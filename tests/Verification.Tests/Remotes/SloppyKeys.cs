using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Verification.Tests.Remotes;

/// <summary>The keys that a sloppy remote knows.</summary>
internal sealed class SloppyKeys(Fault fault) : IDisposable
{
    // A good remote fetches for unknown keys, and not for ever.
    private const int Budget = 12;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly SemaphoreSlim _turn = new(1);
    private Dictionary<string, RSAParameters> _keys = [];
    private int _left = Budget;

    private bool HasNoBudget => fault is Fault.FetchesKeysForEachUnknownOne or Fault.WaitsForEveryFetch or Fault.DropsKeysWhenServerIsDown;

    /// <summary>Where they are; null while nobody has said.</summary>
    public Uri? Address { get; set; }

    public async Task<RSAParameters?> FindAsync(string keyId)
    {
        if (fault is Fault.FetchesKeysAlways)
            return (await FetchAsync(Address!)).TryGetValue(keyId, out var fresh) ? fresh : null;
        if (fault is not Fault.WaitsForEveryFetch && _keys.TryGetValue(keyId, out var known))
            return known;
        await _turn.WaitAsync();
        try
        {
            if (_keys.TryGetValue(keyId, out var found))
                return found;
            if (fault is Fault.FetchesKeysOnce ? _keys.Count > 0 : !HasNoBudget && --_left < 0)
                return null;
            var fetched = await FetchAsync(Address!);
            if (fault is Fault.KeepsRetiredKeys)
                foreach (var (id, key) in _keys)
                    fetched.TryAdd(id, key);
            _keys = fetched;
            return _keys.TryGetValue(keyId, out var later) ? later : null;
        }
        catch (HttpRequestException)
        {
            if (fault is Fault.DropsKeysWhenServerIsDown)
                _keys = [];
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<Dictionary<string, RSAParameters>> FetchAsync(Uri address)
    {
        var set = JsonNode.Parse(await _http.GetStringAsync(address))!["keys"]!.AsArray();
        return set.ToDictionary(key => key!["kid"]!.GetValue<string>(), key => Read(key!));
    }

    public static RSAParameters Read(JsonNode key) => new()
    {
        Modulus = Base64Url.DecodeFromChars(key["n"]!.GetValue<string>()),
        Exponent = Base64Url.DecodeFromChars(key["e"]!.GetValue<string>()),
    };

    public void Dispose()
    {
        _http.Dispose();
        _turn.Dispose();
    }
}
