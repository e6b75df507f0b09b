using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.ProductApis;

/// <summary>Remembers the tokens of a site's users in memory, and lets one process at a time ask for one.</summary>
/// <param name="self">The actor's key.</param>
/// <param name="actors">Finds the app's budget.</param>
/// <param name="clock">Tells what has run out.</param>
/// <param name="logger">Takes what an operator should know.</param>
public partial class OfflineUsersActor(ActorContext self, IActors actors, TimeProvider clock, ILogger<OfflineUsersActor> logger) : IOfflineUsers
{
    /// <summary>How many users of a site are remembered. Where more come, those go first of whom least is left.</summary>
    public const int MostUsers = 10_000;

    /// <summary>How long a process has to ask the platform and to report, before another may.</summary>
    internal static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(15);

    // A tenth at once, so that not every newcomer looks for whom to forget.
    private const int Forgotten = MostUsers / 10;
    private const int LargestBatch = 5;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromMilliseconds(200);

    // The rest of their time is for the way to whoever uses them.
    private static readonly TimeSpan PermitsKept = IOfflineTokenBudget.UsedWithin / 2;

    // A product that takes no token at all must not use up the app's budget.
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<OfflineUser, Remembered> _users = [];
    private (int Count, long Since) _permits;
    private int _batch;
    private (long Since, TimeSpan For)? _overBudget;

    /// <inheritdoc/>
    public async Task<OfflineTokenAnswer> AskAsync(OfflineTokenRequest request, CancellationToken cancellationToken = default)
    {
        var user = _users.GetValueOrDefault(request.User);
        if (user?.Left(clock) is { } known && !IsRefused(user, known, request.Refused))
            return new(OfflineTokenDecision.Known, default, known);
        if (user?.Asker is { } asker && asker != request.Asker && clock.GetElapsedTime(user.AskedAt) < LeaseFor)
            return new(OfflineTokenDecision.Busy, ComeAgain);
        if (await PermitAsync(request.AppId, cancellationToken) is not { } within)
            return new(OfflineTokenDecision.OverBudget, OverBudget() ?? ComeAgain);

        user ??= Add(request.User);
        (user.Asker, user.AskedAt) = (request.Asker, clock.GetTimestamp());
        return new(OfflineTokenDecision.Fetch, within);
    }

    /// <inheritdoc/>
    public async Task ReportAsync(OfflineTokenReport report, CancellationToken cancellationToken = default)
    {
        if (_users.TryGetValue(report.User, out var user) && user.Asker == report.Asker)
        {
            user.Asker = null;
            if (report.Outcome is { } outcome)
                (user.Outcome, user.Since) = (outcome, clock.GetTimestamp());
            else if (user.Left(clock) is null)
                _users.Remove(report.User);
        }
        if (report.Block is { } block)
        {
            Log.Blocked(logger, report.AppId, block, self.Key);
            _overBudget = (clock.GetTimestamp(), block);
            await actors.Get<IOfflineTokenBudget>(report.AppId).BlockAsync(new(block), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task EraseAsync(OfflineTokenErasure erasure, CancellationToken cancellationToken = default)
    {
        _users.Clear();
        return Task.CompletedTask;
    }

    private bool IsRefused(Remembered user, OfflineTokenOutcome known, AccessToken? refused) =>
        refused is not null && known.Token is { } token && token.Utf8.SequenceEqual(refused.Utf8) && clock.GetElapsedTime(user.Since) >= BelievedFor;

    private TimeSpan? OverBudget() =>
        _overBudget is { } over && over.For - clock.GetElapsedTime(over.Since) is var left && left > TimeSpan.Zero ? left : null;

    /// <returns>How soon it must be used, or null when there is none.</returns>
    private async ValueTask<TimeSpan?> PermitAsync(string appId, CancellationToken cancellationToken)
    {
        if (OverBudget() is not null)
            return null;
        var isFresh = clock.GetElapsedTime(_permits.Since) < PermitsKept;
        if (_permits.Count == 0 || !isFresh)
        {
            // A site with one user takes one, and one with many soon takes some at once. More would be left over too often.
            _batch = isFresh && _batch > 0 ? Math.Min(_batch * 2, LargestBatch) : 1;
            var askedAt = clock.GetTimestamp();
            var grant = await actors.Get<IOfflineTokenBudget>(appId).TakeAsync(new(_batch), cancellationToken);
            _permits = (grant.Count, askedAt);
            if (grant.Count == 0)
            {
                _overBudget = (askedAt, grant.AskAgain > ComeAgain ? grant.AskAgain : ComeAgain);
                return null;
            }
        }
        _permits.Count--;
        return IOfflineTokenBudget.UsedWithin - clock.GetElapsedTime(_permits.Since);
    }

    private Remembered Add(OfflineUser user)
    {
        if (_users.Count >= MostUsers)
            foreach (var (leaving, _) in _users.OrderBy(known => Left(known.Value)).Take(Forgotten).ToList())
                _users.Remove(leaving);
        return _users[user] = new();
    }

    private TimeSpan Left(Remembered user) => user.Asker is not null ? LeaseFor - clock.GetElapsedTime(user.AskedAt) : user.Left(clock)?.Lasts ?? TimeSpan.Zero;

    private sealed class Remembered
    {
        public OfflineTokenOutcome? Outcome { get; set; }

        public long Since { get; set; }

        public string? Asker { get; set; }

        public long AskedAt { get; set; }

        public OfflineTokenOutcome? Left(TimeProvider clock) =>
            Outcome is { } outcome && outcome.Lasts - clock.GetElapsedTime(Since) is var left && left > TimeSpan.Zero ? outcome with { Lasts = left } : null;
    }

    private static partial class Log
    {
        [LoggerMessage(160, LogLevel.Warning, "The platform asks the app {App} not to ask for tokens of users for {Block}; {Installation} has asked too much.")]
        public static partial void Blocked(ILogger logger, string app, TimeSpan block, string installation);
    }
}
