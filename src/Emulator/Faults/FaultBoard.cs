using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>The faults that are switched on.</summary>
public sealed class FaultBoard
{
    private const int Most = 1000;

    private readonly Lock _turn = new();
    private readonly TimeProvider _clock;
    private readonly List<Entry> _entries = [];
    private readonly Changes _changes;
    private volatile bool _any;
    private long _stamp;
    private long _version;

    internal FaultBoard(TimeProvider clock, Changes changes) => (_clock, _changes) = (clock, changes);

    /// <summary>The number of the last change.</summary>
    internal long Version => Volatile.Read(ref _version);

    /// <summary>Switches a fault on, and answers it with its id.</summary>
    /// <exception cref="EmulatorException">The fault has something out of its range, or there are too many.</exception>
    public Fault Add(Fault fault)
    {
        fault = fault.Checked() with
        {
            Id = NextStamp(),
            Until = fault.Seconds is { } seconds ? _clock.GetUtcNow().AddSeconds(seconds) : null,
        };
        lock (_turn)
        {
            Drop(_ => false);
            if (_entries.Count >= Most)
            {
                throw new EmulatorException($"There are at most {Most} faults at once: clear some.");
            }

            _entries.Add(new Entry(fault));
            _any = true;
            _changes.Mark(ref _version);
        }

        return fault;
    }

    /// <summary>How many calls a fault has met; null when it isn't on any more.</summary>
    public int? Hits(long id)
    {
        lock (_turn)
        {
            Drop(_ => false);
            return _entries.FirstOrDefault(entry => entry.Fault.Id == id)?.Hits;
        }
    }

    /// <summary>Switches a fault off; false when it isn't on.</summary>
    public bool Remove(long id)
    {
        lock (_turn)
        {
            return Drop(fault => fault.Id == id) > 0;
        }
    }

    /// <summary>Switches all faults off, or those of one site.</summary>
    public void Clear(string? siteId = null)
    {
        lock (_turn)
        {
            Drop(fault => siteId is null || fault.Site == siteId);
        }
    }

    /// <summary>A number that is above all that came before it, also before a restart.</summary>
    internal long NextStamp()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _stamp);
            var next = Math.Max(last + 1, _clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMillisecond);
            if (Interlocked.CompareExchange(ref _stamp, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>Whether the platform sends another token in place of this one.</summary>
    internal bool HasRevoked(Site site, User? user, long stamp)
    {
        if (!_any)
        {
            return false;
        }

        var principal = AccessGrant.PrincipalOf(user);
        lock (_turn)
        {
            return _entries.Any(entry => entry.Fault is { Kind: FaultKind.RevokedToken } fault
                && fault.Id > stamp
                && (fault.Site is null || fault.Site == site.Id)
                && (fault.Principal is null || fault.Principal == principal));
        }
    }

    /// <summary>An installation that products learn of later, in place of any that was before it.</summary>
    internal void DelayPermissions(Site site, TimeSpan delay)
    {
        lock (_turn)
        {
            Drop(fault => fault.Kind is FaultKind.NoPermission && fault.Site == site.Id);
        }

        if (delay > TimeSpan.Zero)
        {
            Add(new Fault { Kind = FaultKind.NoPermission, Site = site.Id, Seconds = delay.TotalSeconds });
        }
    }

    /// <summary>What goes wrong with a call: it may be slow, and then fail.</summary>
    internal (TimeSpan Delay, Fault? Fault) Take(FaultyCall call)
    {
        if (!_any)
        {
            return default;
        }

        lock (_turn)
        {
            Drop(_ => false);
            var (delay, failure) = (TimeSpan.Zero, (Fault?)null);
            foreach (var entry in _entries.Where(entry => entry.Fault.Matches(call)))
            {
                if (entry.Fault.Kind is FaultKind.Slow)
                {
                    delay += TimeSpan.FromSeconds(entry.Fault.Delay);
                }
                else if (failure is null)
                {
                    failure = entry.Fault;
                }
                else
                {
                    continue;
                }

                entry.Hits++;
                _changes.Mark(ref _version);
            }

            Drop(_ => false);
            return (delay, failure);
        }
    }

    internal FaultList Report(string? siteId)
    {
        lock (_turn)
        {
            Drop(_ => false);
            var listed = _entries.Where(entry => siteId is null || entry.Fault.Site is null || entry.Fault.Site == siteId);
            return new FaultList([.. listed.Select(entry => FaultReport.Of(entry.Fault, entry.Hits))]);
        }
    }

    // What is over goes at any occasion.
    private int Drop(Predicate<Fault> isCleared)
    {
        var now = _clock.GetUtcNow();
        var dropped = _entries.RemoveAll(entry => entry.Fault.Until <= now || entry.Hits >= entry.Fault.Count || isCleared(entry.Fault));
        _any = _entries.Count > 0;
        if (dropped > 0)
        {
            _changes.Mark(ref _version);
        }

        return dropped;
    }

    private sealed class Entry(Fault fault)
    {
        public Fault Fault => fault;

        public int Hits { get; set; }
    }
}
