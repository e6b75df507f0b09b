using System.Collections.Concurrent;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// Watches how products answer the app: whether a refusal is to be believed, and what it says of the installation. Where products answer well,
/// nothing is kept and nobody is called.
/// </summary>
/// <param name="actors">Finds the installation.</param>
/// <param name="clock">Tells since when a site is refused.</param>
/// <param name="logger">Takes what an installation could not be told.</param>
public sealed partial class ProductWatch(IActors actors, TimeProvider clock, ILogger<ProductWatch> logger)
{
    // One refusal may be about a single issue; so many in a row, with nothing else between, are about the app.
    private const int FewestRefusals = 3;

    // Where more sites are refused, those of which nothing was told are counted anew.
    private const int MostSites = 10_000;
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Refusals> _refused = new(StringComparer.Ordinal);

    /// <summary>How long ago the app was installed, while the platform may still be granting it its access (contract section 6); null when it has done so.</summary>
    internal async ValueTask<TimeSpan?> AgeOfFreshAsync(string installation, CancellationToken cancellationToken)
    {
        var site = Site(installation);
        if (site.IsSettled(clock))
            return null;
        var life = await actors.Get<IInstallationActor>(installation).DescribeLifeAsync(new(), cancellationToken);
        if (life is { State: LifeState.Installed, InstalledAt: { } installed })
            return clock.GetUtcNow() - installed;
        site.Settle(clock);
        return null;
    }

    /// <summary>Takes in how a product answered the app. It returns at once.</summary>
    internal void Note(string installation, int status)
    {
        if (!LifeRules.IsRefusal(status))
        {
            // What was told as a refusal is taken back; what was not is forgotten.
            if (_refused.TryGetValue(installation, out var refused) && refused.Clear())
                Tell(installation, new(status, clock.GetUtcNow(), clock.GetUtcNow()));
        }
        else if (Site(installation).Add(clock, out var since))
        {
            Tell(installation, new(status, since, clock.GetUtcNow()));
        }
    }

    private Refusals Site(string installation)
    {
        if (_refused.Count >= MostSites)
            foreach (var (site, refusals) in _refused)
                if (!refusals.IsTold)
                    _refused.TryRemove(new(site, refusals));
        return _refused.GetOrAdd(installation, _ => new());
    }

    private void Tell(string installation, ProductNote note)
    {
        _ = TellAsync();

        async Task TellAsync()
        {
            try
            {
                await Task.Yield();
                await actors.Get<IInstallationActor>(installation).NoteProductAsync(note);
            }
            catch (Exception e)
            {
                if (!LifeRules.IsRefusal(note.Status))
                    Site(installation).NotCleared(clock);
                Log.NotTold(logger, installation, note.Status, e);
            }
        }
    }

    /// <summary>What one site was refused in a row.</summary>
    private sealed class Refusals
    {
        private readonly Lock _gate = new();
        private int _count;
        private DateTimeOffset _since;
        private long? _toldAt;
        private long? _settledAt;

        public bool IsTold
        {
            get
            {
                lock (_gate)
                    return _toldAt is not null;
            }
        }

        public bool Add(TimeProvider clock, out DateTimeOffset since)
        {
            lock (_gate)
            {
                if (_count == 0)
                    _since = clock.GetUtcNow();
                since = _since;
                if (++_count < FewestRefusals || (_toldAt is { } told && clock.GetElapsedTime(told) < TellAgainAfter))
                    return false;
                _toldAt = clock.GetTimestamp();
                return true;
            }
        }

        /// <returns>Whether a refusal was told.</returns>
        public bool Clear()
        {
            lock (_gate)
            {
                var wasTold = _toldAt is not null;
                (_count, _toldAt) = (0, null);
                return wasTold;
            }
        }

        public void NotCleared(TimeProvider clock)
        {
            lock (_gate)
                _toldAt ??= clock.GetTimestamp();
        }

        public bool IsSettled(TimeProvider clock)
        {
            lock (_gate)
                return _settledAt is { } settled && clock.GetElapsedTime(settled) < AskAgainAfter;
        }

        public void Settle(TimeProvider clock)
        {
            lock (_gate)
                _settledAt = clock.GetTimestamp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(98, LogLevel.Warning, "{Installation} could not be told that its products answer {Status}; the next such answer tells it.")]
        public static partial void NotTold(ILogger logger, string installation, int status, Exception e);
    }
}
