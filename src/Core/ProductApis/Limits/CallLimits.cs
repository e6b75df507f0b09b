namespace ForgeOrleans.ProductApis.Limits;

/// <summary>The limits that one call is under, all at once.</summary>
/// <param name="endpoint">The endpoint's.</param>
/// <param name="issue">The issue's, for a write to one.</param>
/// <param name="site">The points of the app on this site.</param>
/// <param name="app">The points of the app on all sites, where this site's calls take of them.</param>
internal readonly struct CallLimits(EndpointLimit endpoint, IssueLimit? issue, HourQuota? site, LeasedPoints? app)
{
    public EndpointLimit Endpoint => endpoint;

    public Enumerator GetEnumerator() => new(this);

    private CallLimit? this[int i] => i switch { 0 => endpoint, 1 => issue, 2 => site, _ => app };

    public struct Enumerator(CallLimits limits)
    {
        private int _next;

        public CallLimit Current { get; private set; } = limits.Endpoint;

        public bool MoveNext()
        {
            while (_next < 4)
                if (limits[_next++] is { } limit)
                {
                    Current = limit;
                    return true;
                }
            return false;
        }
    }
}
