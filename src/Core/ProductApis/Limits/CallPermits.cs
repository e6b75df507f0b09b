using System.Collections.Concurrent;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>Gets the permits for this process's calls from the sites' gates, waits where they say so, and tells them what products answer.</summary>
/// <param name="actors">Finds a site's gate.</param>
/// <param name="meters">Counts calls and waits.</param>
/// <param name="clock">Waits.</param>
public sealed class CallPermits(IActors actors, ProductMeters meters, TimeProvider clock)
{
    private const int MostSites = 10_000;
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, SiteCalls> _sites = new(StringComparer.Ordinal);

    /// <summary>Waits for a permit, if it comes in time.</summary>
    /// <exception cref="CallNotPermittedException">It does not; said at once.</exception>
    internal async ValueTask AcquireAsync(HandlerScope scope, LimitedCall call, bool isBackground, bool isRetry, TimeSpan mostWait, CancellationToken cancellationToken)
    {
        var site = Site(scope.InstallationId);
        var request = new PermitRequest(AppId(scope), call, isBackground, mostWait) { IsRetry = isRetry, News = site.TakeNews(AppId(scope)) };
        long? began = null;
        while (true)
        {
            var answer = await site.Gate.AskAsync(request, cancellationToken);
            if (answer.Verdict == PermitVerdict.Refused)
            {
                meters.Refused(call, answer.Limit);
                throw new CallNotPermittedException(answer.Limit!, answer.After, answer.Reason, isBackground);
            }
            if (answer.After > TimeSpan.Zero)
            {
                began ??= clock.GetTimestamp();
                await WaitAsync(site, request, answer, cancellationToken);
            }
            if (answer.Verdict == PermitVerdict.Granted)
            {
                if (began is { } since)
                    meters.Waited(call, answer.Limit, clock.GetElapsedTime(since));
                return;
            }
            request = request with { Place = answer.Place, MostWait = mostWait - clock.GetElapsedTime(began ?? clock.GetTimestamp()), News = site.TakeNews(request.AppId) };
        }
    }

    /// <summary>Takes in what an answer says. What stops calls is told at once; it is known everywhere when the task completes.</summary>
    /// <param name="scope">Of which site.</param>
    /// <param name="reading">What it says.</param>
    /// <param name="usual">Requests a second that an endpoint of the kind is assumed to take. Less is told at once as well: other processes may be about to call.</param>
    internal async ValueTask LearnAsync(HandlerScope scope, CallReading reading, int usual)
    {
        var site = Site(scope.InstallationId);
        if (reading.Refusal is not null)
            meters.Blocked(reading);
        if (reading.Refusal is not null || (reading.IsNearLimit && site.IsFirstNear(reading.Product, clock.GetUtcNow())) || site.IsFirstLower(reading, usual))
        {
            try
            {
                await site.Gate.TellAsync(new(AppId(scope), [reading]));
                return;
            }
            catch (ForgeException e) when (e is ActorUnreachableException or StorageUnavailableException)
            {
                // The call was made, whatever becomes of its news: they go along with the next request.
            }
        }
        site.Keep(reading);
    }

    /// <summary>Gives back a permit for a call that was not sent. It returns at once.</summary>
    internal void Return(HandlerScope scope, LimitedCall call, bool isBackground) =>
        Site(scope.InstallationId).Return(new(AppId(scope), [], new(call, isBackground, null)));

    // Who goes away while waiting makes room for the others.
    private async Task WaitAsync(SiteCalls site, PermitRequest request, PermitAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(answer.After, clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            site.Return(new(request.AppId, [], new(request.Call, request.IsBackground, answer.Verdict == PermitVerdict.Granted ? null : answer.Place)));
            throw;
        }
    }

    private static string AppId(HandlerScope scope) => scope.Invocation.Installation.AppId;

    private SiteCalls Site(string installation)
    {
        if (_sites.TryGetValue(installation, out var known))
        {
            known.UsedAt = clock.GetTimestamp();
            return known;
        }
        if (_sites.Count >= MostSites)
            foreach (var (name, site) in _sites)
                if (clock.GetElapsedTime(site.UsedAt) > ForgetAfter)
                    _sites.TryRemove(new(name, site));
        return _sites.GetOrAdd(installation, id => new(actors.Get<ICallGate>(id)) { UsedAt = clock.GetTimestamp() });
    }

    /// <summary>What this process knows of a site's limits and has not told its gate yet.</summary>
    private sealed class SiteCalls(ICallGate gate)
    {
        private const int MostNews = 16;
        private const int MostEndpoints = 200;

        private readonly Lock _lock = new();
        private readonly Dictionary<string, DateTimeOffset> _near = new(StringComparer.Ordinal);
        private readonly Dictionary<(string Product, string Endpoint), int> _lowest = [];
        private List<CallReading>? _news;

        public ICallGate Gate => gate;

        public long UsedAt { get; set; }

        public void Keep(CallReading reading)
        {
            lock (_lock)
            {
                var news = _news ??= [];
                if (news.FindIndex(known => known.Product == reading.Product && known.Endpoint == reading.Endpoint) is >= 0 and var same)
                    news.RemoveAt(same);
                else if (news.Count >= MostNews)
                    news.RemoveAt(0);
                news.Add(reading);
            }
        }

        public CallNews? TakeNews(string appId)
        {
            if (_news is null)
                return null;
            lock (_lock)
                return Interlocked.Exchange(ref _news, null) is { } news ? new(appId, news) : null;
        }

        // A limit is near for the rest of its hour.
        public bool IsFirstNear(string product, DateTimeOffset now)
        {
            lock (_lock)
            {
                var isFirst = !_near.TryGetValue(product, out var until) || until <= now;
                _near[product] = isFirst ? HourQuota.TopOfHour(now) : until;
                return isFirst;
            }
        }

        // What is told in turn after that rides along.
        public bool IsFirstLower(CallReading reading, int usual)
        {
            if (reading.PerSecond is not { } perSecond || perSecond >= usual)
                return false;
            lock (_lock)
            {
                if (_lowest.TryGetValue((reading.Product, reading.Endpoint), out var lowest) && lowest <= perSecond)
                    return false;
                if (_lowest.Count >= MostEndpoints)
                    _lowest.Clear();
                _lowest[(reading.Product, reading.Endpoint)] = perSecond;
                return true;
            }
        }

        // Nobody waits for it, and a gate that is not told finds out when the place is not used.
        public void Return(CallNews news) => _ = gate.TellAsync(news).ContinueWith(
            static told => told.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
