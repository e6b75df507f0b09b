using ForgeOrleans.Hosting;
using ForgeOrleans.Work;

namespace ForgeOrleans.Documents;

/// <summary>
/// What an activation holds of its site's outbox. Turns put items in, in order, and take out which rows are done with; outside of turns one
/// <see cref="OutboxForwarder"/> at a time empties it. A site whose work has all arrived holds none.
/// </summary>
/// <param name="site">The installation's uuid.</param>
internal sealed class Outbox(string site)
{
    // What comes while so much waits for the queue stays in its rows alone until the alarm.
    private const int MostHeld = 200;
    private const int MostBytesHeld = SiteState.LargestWork;
    private const int MostBytesAtOnce = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<OutboxItem> _held = new();
    private readonly List<RowChange> _done = [];
    private int _bytesHeld;
    private bool _isForwarding;
    private int _failures;

    public string Site => site;

    /// <summary>What the alarm was set to by this activation, and is certain to ring at. Only turns use it.</summary>
    public DateTimeOffset? Alarm { get; set; }

    /// <summary>There are rows behind those held: nothing may overtake them.</summary>
    public bool HasBacklog { get; private set; }

    /// <summary>How often in a row forwarding has ended because the queue did not take an item.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Takes which rows can be changed because their items have arrived or were set aside.</summary>
    /// <param name="most">How many changes at the most.</param>
    public OutboxDone TakeDone(int most)
    {
        lock (_gate)
        {
            var changes = _done[..Math.Min(most, _done.Count)];
            _done.RemoveRange(0, changes.Count);
            return new(changes, _done.Count > 0, _isForwarding);
        }
    }

    /// <summary>Holds items that were just committed, unless they have to stay behind others that are not held.</summary>
    /// <param name="items">The items.</param>
    /// <returns>Whether somebody has to begin to forward them.</returns>
    public bool Hold(IReadOnlyList<OutboxItem> items)
    {
        lock (_gate)
        {
            var bytes = items.Sum(item => item.Item.Payload.Length);
            HasBacklog |= _held.Count > 0 && (_held.Count + items.Count > MostHeld || _bytesHeld + bytes > MostBytesHeld);
            return !HasBacklog && Put(items);
        }
    }

    /// <summary>Holds the first items of the outbox, as they were read from its rows.</summary>
    /// <param name="items">The items.</param>
    /// <param name="hasMore">There are rows behind them.</param>
    /// <returns>Whether somebody has to begin to forward them.</returns>
    public bool HoldFirst(IReadOnlyList<OutboxItem> items, bool hasMore)
    {
        lock (_gate)
        {
            HasBacklog = hasMore;
            return Put(items);
        }
    }

    /// <summary>Knows that there are rows which are not held.</summary>
    public void LeaveToAlarm() => HasBacklog = true;

    /// <summary>The next items to forward; none ends the forwarding.</summary>
    /// <param name="most">How many at the most.</param>
    public IReadOnlyList<OutboxItem> Next(int most)
    {
        lock (_gate)
        {
            var next = new List<OutboxItem>();
            var bytes = 0;
            foreach (var item in _held)
            {
                bytes += item.Item.Payload.Length;
                if (next.Count == most || (next.Count > 0 && bytes > MostBytesAtOnce))
                    break;
                next.Add(item);
            }
            _isForwarding = next.Count > 0;
            return next;
        }
    }

    /// <summary>The first items have arrived.</summary>
    /// <param name="count">How many.</param>
    public void Arrived(int count)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++)
                _done.Add(new(Remove().Row, null));
            _failures = 0;
        }
    }

    /// <summary>The first item can never arrive.</summary>
    public void Refused()
    {
        lock (_gate)
        {
            var item = Remove();
            SetAside(item.Row, WorkJson.Write(item.Item));
            _failures = 0;
        }
    }

    /// <summary>A row can never arrive: it is kept under another name.</summary>
    /// <param name="row">Its name.</param>
    /// <param name="value">What is in it.</param>
    public void SetAside(string row, ReadOnlyMemory<byte> value)
    {
        lock (_gate)
        {
            _done.Add(new(OutboxRow.RefusedName(row), value));
            _done.Add(new(row, null));
        }
    }

    /// <summary>The forwarding ends before its time: the alarm begins another one with the rows.</summary>
    /// <param name="isFailure">Nothing came of it.</param>
    public void GiveUp(bool isFailure)
    {
        lock (_gate)
        {
            HasBacklog = true;
            _held.Clear();
            _bytesHeld = 0;
            _isForwarding = false;
            if (isFailure)
                _failures++;
        }
    }

    private bool Put(IReadOnlyList<OutboxItem> items)
    {
        foreach (var item in items)
        {
            _held.Enqueue(item);
            _bytesHeld += item.Item.Payload.Length;
        }
        return !_isForwarding && (_isForwarding = _held.Count > 0);
    }

    private OutboxItem Remove()
    {
        var item = _held.Dequeue();
        _bytesHeld -= item.Item.Payload.Length;
        return item;
    }
}

/// <summary>Which rows of the outbox are done with.</summary>
/// <param name="Changes">What is to be done to them.</param>
/// <param name="HasMore">There are others.</param>
/// <param name="IsForwarding">More may come: a forwarding is under way.</param>
internal readonly record struct OutboxDone(List<RowChange> Changes, bool HasMore, bool IsForwarding);
