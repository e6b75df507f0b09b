using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>The last requests that were sent to remotes, in the order in which they were sent.</summary>
internal sealed class RequestFeed(TimeProvider clock, Changes changes)
{
    public const int Capacity = 1000;

    private readonly Lock _turn = new();
    private readonly SentRequest?[] _requests = new SentRequest?[Capacity];
    private long _lastId;
    private long _forgotten;
    private long _cleared;

    /// <summary>The id of the last request.</summary>
    public long LastId => Volatile.Read(ref _lastId);

    /// <summary>The number of the change with which everything was forgotten.</summary>
    public long Cleared => Volatile.Read(ref _cleared);

    /// <summary>Takes down a request that is about to be sent.</summary>
    public SentRequest Begin(RemoteCall call, HttpRequestMessage request)
    {
        var at = clock.GetUtcNow();
        SentRequest sent;
        lock (_turn)
        {
            sent = new SentRequest(_lastId + 1, at, call, request, changes);
            _requests[sent.Id % Capacity] = sent;
            Volatile.Write(ref _lastId, sent.Id);
        }

        call.Begun?.TrySetResult(sent);
        return sent;
    }

    public SentRequest? Find(long id)
    {
        lock (_turn)
        {
            return id > _forgotten && _requests[id % Capacity] is { } sent && sent.Id == id ? sent : null;
        }
    }

    /// <summary>All that are kept, the newest last.</summary>
    public IReadOnlyList<SentRequest> All()
    {
        lock (_turn)
        {
            var all = new List<SentRequest>();
            for (var id = Math.Max(_forgotten, _lastId - Capacity) + 1; id <= _lastId; id++)
            {
                all.Add(_requests[id % Capacity]!);
            }

            return all;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (_turn)
        {
            Array.Clear(_requests);
            _forgotten = _lastId;
            changes.Mark(ref _cleared);
        }
    }
}
