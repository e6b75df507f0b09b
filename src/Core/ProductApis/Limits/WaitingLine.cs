namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Who waits at a limit, in the order of arrival: users first, then work. Nobody is held here: who waits was told when to ask again. Who does not come
/// back in time has lost the place.
/// </summary>
internal sealed class WaitingLine
{
    // A caller may be late by its own thread, the network and its turn.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly List<Waiter> _interactive = [];
    private readonly List<Waiter> _background = [];

    public int Count => _interactive.Count + _background.Count;

    /// <summary>How many are to be served before this place; before a newcomer, when there is no such place.</summary>
    public int Ahead(long? place, bool isBackground, TimeSpan now)
    {
        Forget(_interactive, now);
        if (!isBackground)
            return Before(_interactive, place);
        Forget(_background, now);
        return _interactive.Count + Before(_background, place);
    }

    /// <summary>Notes when a place's owner will ask again. Places are numbered by arrival, so one that waited at another limit is not at the end.</summary>
    public void Expect(long place, bool isBackground, TimeSpan backAt)
    {
        var line = isBackground ? _background : _interactive;
        var waiter = new Waiter(place, backAt + Patience);
        var at = Find(line, place);
        if (at >= 0)
            line[at] = waiter;
        else
            line.Insert(~at, waiter);
    }

    public void Leave(long place, bool isBackground)
    {
        var line = isBackground ? _background : _interactive;
        if (Find(line, place) is >= 0 and var at)
            line.RemoveAt(at);
    }

    private static int Before(List<Waiter> line, long? place) =>
        place is { } own && Find(line, own) is >= 0 and var at ? at : line.Count;

    private static int Find(List<Waiter> line, long place) => line.BinarySearch(new(place, default), ByPlace.Instance);

    private static void Forget(List<Waiter> line, TimeSpan now)
    {
        while (line.Count > 0 && line[0].Until < now)
            line.RemoveAt(0);
    }

    private readonly record struct Waiter(long Place, TimeSpan Until);

    private sealed class ByPlace : IComparer<Waiter>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(Waiter x, Waiter y) => x.Place.CompareTo(y.Place);
    }
}
