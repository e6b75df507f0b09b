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
        var sent = new SentRequest(Interlocked.Increment(ref _lastId), clock.GetUtcNow(), call, request, changes);
        lock (_turn)
        {
            _requests[sent.Id % Capacity] = sent;
        }

        // Not before it can be found.
        sent.Begin();
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
            for (var (id, last) = (Math.Max(_forgotten, LastId - Capacity) + 1, LastId); id <= last; id++)
            {
                // One that has its number may still be on its way here.
                if (_requests[id % Capacity] is { } sent && sent.Id == id)
                {
                    all.Add(sent);
                }
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
            _forgotten = LastId;
            changes.Mark(ref _cleared);
        }
    }
}
