using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

/// <summary>What a turn of a queue changes, in one commit.</summary>
/// <param name="queue">The counters as they are.</param>
internal sealed class WorkChanges(QueueRow queue)
{
    private readonly QueueRow _before = queue;
    private readonly List<RowChange> _rows = [];
    private readonly List<Action> _then = [];
    private readonly List<RowBelief> _beliefs = [];

    /// <summary>The counters as they will be.</summary>
    public QueueRow Queue { get; set; } = queue;

    public IReadOnlyList<RowChange> Rows => _rows;

    /// <summary>What is rarely otherwise is believed, and not read: then the commit finds out whether it is so.</summary>
    public bool Believes { get; init; }

    /// <summary>What these changes rest on.</summary>
    public IReadOnlyList<RowBelief> Beliefs => _beliefs;

    public bool IsEmpty => _rows.Count == 0 && ReferenceEquals(Queue, _before);

    /// <summary>When somebody has to look again because of these changes.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>When the last of what was put off by these changes is due.</summary>
    public DateTimeOffset? PutOffUntil { get; private set; }

    /// <summary>There is something that may run now.</summary>
    public bool IsReady { get; set; }

    /// <summary>What changes in memory once the rows have changed.</summary>
    public IEnumerable<Action> Then => _then;

    /// <summary>The lines that have an item by these changes.</summary>
    public HashSet<string> Lines { get; } = [];

    /// <summary>Reads a row as it will be. One that is hardly ever there may be believed not to be.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(IActorRows rows, string name, CancellationToken cancellationToken, bool isRare = false)
    {
        for (var i = _rows.Count - 1; i >= 0; i--)
            if (_rows[i].Name == name)
                return _rows[i].Value;
        if (!Believes || !isRare)
            return await rows.ReadAsync(name, cancellationToken);
        Believe(name, areThere: false);
        return null;
    }

    public void Believe(string prefix, bool areThere) => _beliefs.Add(new(prefix, areThere));

    public void Put<T>(string name, T row) where T : class => _rows.Add(new(name, WorkJson.Write(row)));

    public void PutRaw(string name, ReadOnlyMemory<byte> json) => _rows.Add(new(name, json));

    public void Delete(string name) => _rows.Add(new(name, null));

    public void After(Action then) => _then.Add(then);

    public void LookAt(DateTimeOffset time) => Due = Due is null || time < Due ? time : Due;

    public void PutOff(DateTimeOffset until)
    {
        LookAt(until);
        PutOffUntil = PutOffUntil is null || until > PutOffUntil ? until : PutOffUntil;
    }
}
