using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace ForgeOrleans.Api.Tokens;

/// <summary>The keys at one JWKS address: kept, refreshed, and asked for again when a token names a key that is not among them.</summary>
internal sealed partial class SigningKeys(
    Uri address, Func<SecurityKey, TokenValidationParameters> parameters, HttpMessageInvoker http, FetchBudget atFirst, TimeProvider clock, ILogger logger)
{
    private const int LargestSet = 256 * 1024;
    private const int SmallestModulus = 2_048;

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestFirstRetry = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private volatile FrozenDictionary<string, VerificationKey> _keys = FrozenDictionary<string, VerificationKey>.Empty;
    private Task<bool>? _fetch;
    private FetchBudget? _own;
    private volatile bool _lastFetchFailed = true;

    /// <summary>Whether any key is known.</summary>
    public bool AreKnown => _keys.Count > 0;

    /// <summary>Finds a key. One that is known is found at once; for another the address is asked, within the budget.</summary>
    public ValueTask<KeyLookup> FindAsync(string keyId) =>
        _keys.TryGetValue(keyId, out var key) ? new(new KeyLookup(key, false)) : AskAsync(keyId);

    /// <summary>Keeps the keys fresh until the host stops; asks often at first while there are none.</summary>
    public async Task RefreshAsync(CancellationToken stopping)
    {
        var retry = TimeSpan.FromSeconds(1);
        var isNew = AreKnown;
        while (true)
        {
            // Of a cloud that has just been found the keys are new.
            var fetched = isNew || await TryFetchAsync();
            isNew = false;
            var delay = fetched ? RefreshEvery : AreKnown ? RetryEvery : retry;
            retry = fetched ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestFirstRetry.Ticks));
            await Task.Delay(delay, clock, stopping);
        }
    }

    // Whatever goes wrong here would end the whole host, or leave it with keys that nobody keeps fresh.
    private async Task<bool> TryFetchAsync()
    {
        try
        {
            return await Fetch();
        }
        catch (Exception e)
        {
            Log.RefreshFailed(logger, address, e);
            return false;
        }
    }

    private async ValueTask<KeyLookup> AskAsync(string keyId)
    {
        // A request on its way may have left before the key was published: that one may be waited for, but does not count as having asked.
        for (var joined = true; joined;)
        {
            if (FetchWithinBudget(out joined) is not { } fetch)
                return _lastFetchFailed ? KeyLookup.Undecided : KeyLookup.Unknown;
            var fetched = await fetch;
            if (_keys.TryGetValue(keyId, out var key))
                return new(key, false);
            if (!fetched)
                return KeyLookup.Undecided;
        }
        return KeyLookup.Unknown;
    }

    private Task<bool>? FetchWithinBudget(out bool joined)
    {
        lock (_gate)
        {
            joined = _fetch is not null;
            return joined || (_own ?? atFirst).TryTake() ? Fetch() : null;
        }
    }

    // One request at a time: whoever comes while one is on its way waits for that.
    private Task<bool> Fetch()
    {
        lock (_gate)
        {
            if (_fetch is not null)
                return _fetch;
            // The field is set before the fetch can end and clear it, and not read afterwards: on a busy machine it ends before this thread goes on.
            var fetch = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _fetch = fetch.Task;
            _ = FetchAsync(fetch);
            return fetch.Task;
        }
    }

    private async Task FetchAsync(TaskCompletionSource<bool> done)
    {
        var fetched = false;
        try
        {
            _keys = await DownloadAsync();
            fetched = true;
            // Once there are keys, nobody who makes up names of others can keep these from being asked for.
            _own ??= atFirst.IsShared ? new(clock) : atFirst;
        }
        catch (Exception e)
        {
            // Keys known so far go on serving: a key server that is down is no reason to turn customers away.
            Log.FetchFailed(logger, address, _keys.Count, e.Message);
        }
        finally
        {
            // Whatever fails, those who wait are told, and the next may ask again.
            lock (_gate)
            {
                _lastFetchFailed = !fetched;
                _fetch = null;
            }
            done.SetResult(fetched);
        }
    }

    private async Task<FrozenDictionary<string, VerificationKey>> DownloadAsync()
    {
        await Task.Yield();
        using var timeout = new CancellationTokenSource(FetchTimeout, clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await http.SendAsync(request, timeout.Token);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(LargestSet, timeout.Token);
        var set = new JsonWebKeySet(await response.Content.ReadAsStringAsync(timeout.Token));
        var keys = new Dictionary<string, VerificationKey>(StringComparer.Ordinal);
        foreach (var key in set.Keys)
            if (Verifies(key))
                keys[key.Kid] = new(key.Kid, parameters(key));
        return keys.Count > 0 ? keys.ToFrozenDictionary() : throw new InvalidDataException("The key set has no RS256 key of 2048 bits or more.");
    }

    private static bool Verifies(JsonWebKey key)
    {
        try
        {
            return key is { Kid.Length: > 0, Kty: "RSA", Use: null or "" or "sig", Alg: null or "" or "RS256", KeySize: >= SmallestModulus };
        }
        catch (FormatException)
        {
            // A key whose numbers cannot be read must not spoil the others.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Warning, "The signing keys at {Address} could not be fetched ({Reason}). {Known} known keys go on serving.")]
        public static partial void FetchFailed(ILogger logger, Uri address, int known, string reason);

        [LoggerMessage(31, LogLevel.Error, "The signing keys at {Address} could not be refreshed for a reason that nobody has foreseen; it is tried again, and the keys known so far go on serving. Report the exception.")]
        public static partial void RefreshFailed(ILogger logger, Uri address, Exception e);
    }
}
