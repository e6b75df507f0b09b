using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// The access tokens of users who are not in session, for a whole process: who asks for one while it is being asked for shares the answer, and what is known costs no call.
/// </summary>
/// <remarks>
/// <code>
/// kept by this process? ─→ being asked for? ─→ stored by the site's installation? ─→ IOfflineUsers ─┬→ known
///                                                                                                   ├→ fetch: the gateway, outside of any turn ─→ report
///                                                                                                   └→ ask again later: wait, within the deadline
/// </code>
/// </remarks>
/// <param name="actors">Finds the site's actors.</param>
/// <param name="exchange">Asks the platform.</param>
/// <param name="clock">Tells what has run out.</param>
/// <param name="logger">Takes what could not be told.</param>
public sealed partial class OfflineUserTokens(IActors actors, OfflineTokenExchange exchange, TimeProvider clock, ILogger<OfflineUserTokens> logger)
{
    private const int MostKept = 10_000;
    private const int MostAttempts = 3;
    private const int LongestAccountId = 128;

    private static readonly SearchValues<char> InAccountId = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:-_.|");

    // Then its actor is asked again, which may have been told to forget it, and which forgets by itself what nobody asks for during some minutes.
    private static readonly TimeSpan LongestKept = TimeSpan.FromSeconds(90);

    // What a handler needs after the token, for its call and for an answer of its own.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    // Work has no deadline; it is put off instead of holding its place for longer.
    private static readonly TimeSpan LongestWaitAtWork = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<UserOfSite, Kept> _kept = new();
    private readonly ConcurrentDictionary<UserOfSite, Task<Step>> _asking = new();
    private long _sweptAt;

    /// <summary>Returns a token of a user, stored or asked for.</summary>
    /// <param name="scope">Of which site, and until when.</param>
    /// <param name="product">Of which product.</param>
    /// <param name="accountId">Of which user.</param>
    /// <param name="context">Returns the ARI that the token must be for.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async ValueTask<AccessToken> GetAsync(
        HandlerScope scope, string product, string accountId, Func<string> context, CancellationToken cancellationToken)
    {
        if (accountId.Length is 0 or > LongestAccountId || accountId.AsSpan().ContainsAnyExcept(InAccountId))
            throw OfflineUserException.NoAccountId();
        var user = new UserOfSite(scope.InstallationId, product, accountId);
        var until = scope.IsBackground ? clock.GetUtcNow() + LongestWaitAtWork : scope.Deadline - Reserve;
        while (true)
        {
            if (Find(user) is { Outcome: { } kept })
                return kept.Token ?? throw OfflineUserException.Of(kept);
            var step = await WithinAsync(Ask(user, scope, context), until, cancellationToken);
            if (step.Token is { } token)
                return token;
            if (step.Failure is { } failure)
                throw OfflineUserException.Of(failure);
            if (step.AskAgain is not { } wait)
                throw TokenUnavailableException.ForOfflineUser();
            if (clock.GetUtcNow() + wait >= until)
                throw OfflineUserException.NotNow(wait, step.IsOverBudget);
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Takes in that a product does not take a token any more: the next who asks gets another one, if it is not one that has only just come.</summary>
    /// <param name="scope">Of which site.</param>
    /// <param name="product">Of which product.</param>
    /// <param name="accountId">Of which user.</param>
    /// <param name="token">The token.</param>
    internal void Refused(HandlerScope scope, string product, string accountId, AccessToken token)
    {
        var user = new UserOfSite(scope.InstallationId, product, accountId);
        var refused = new Kept(null, token, clock.GetTimestamp(), LongestKept);
        // One that the site had stored is not kept here.
        if (!_kept.TryAdd(user, refused) && _kept.TryGetValue(user, out var kept) && kept.Outcome?.Token is { } known && known.IsSame(token))
            _kept.TryUpdate(user, refused, kept);
    }

    private async Task<Step> WithinAsync(Task<Step> asking, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var left = until - clock.GetUtcNow();
        try
        {
            return await asking.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It may have ended at the same moment.
            return asking.IsCompleted ? await asking : throw OfflineUserException.NotNow(Reserve, isOverBudget: false);
        }
    }

    // It goes on when whoever began it gives up: others share it.
    private Task<Step> Ask(UserOfSite user, HandlerScope scope, Func<string> context)
    {
        var begun = new TaskCompletionSource<Step>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = _asking.GetOrAdd(user, begun.Task);
        if (asking == begun.Task)
            _ = AskAsync();
        return asking;

        async Task AskAsync()
        {
            try
            {
                var step = Find(user)?.Outcome is { } kept ? Step.Of(kept) : await StepAsync(user, scope.Invocation.Installation.AppId, scope.Tokens, context);
                _asking.TryRemove(new(user, begun.Task));
                begun.SetResult(step);
            }
            catch (Exception e)
            {
                _asking.TryRemove(new(user, begun.Task));
                begun.SetException(e);
            }
        }
    }

    private async Task<Step> StepAsync(UserOfSite site, string appId, InvocationTokens sent, Func<string> context)
    {
        var installation = actors.Get<IInstallationActor>(site.InstallationId);
        if (await installation.GetTokenAsync(new(site.AccountId)) is { } stored && Find(site)?.Refused?.IsSame(stored) is not true)
            return new(stored);

        var users = actors.Get<IOfflineUsers>(site.InstallationId);
        var user = new OfflineUser(context(), site.AccountId);
        var asker = RandomNumberGenerator.GetHexString(16);
        for (var attempt = 1; ; attempt++)
        {
            var askedAt = clock.GetTimestamp();
            var answer = await users.AskAsync(new(user, appId, asker, Find(site)?.Refused));
            if (answer is { Decision: OfflineTokenDecision.Known, Outcome: { } known })
                return Keep(site, known);
            if (answer.Decision != OfflineTokenDecision.Fetch)
                return Step.Later(Spread(answer.Time), answer.Decision == OfflineTokenDecision.OverBudget);
            AccessToken? system;
            try
            {
                system = await SystemTokenAsync(installation, sent);
            }
            catch
            {
                // The others would wait for the lease to be over.
                await ReportAsync(users, new(user, appId, asker, null));
                throw;
            }
            if (system is null)
            {
                await ReportAsync(users, new(user, appId, asker, null));
                return default;
            }
            // Whoever was held up for so long has lost the right to ask: the minute it was counted in may be over.
            if (clock.GetElapsedTime(askedAt) >= answer.Time && attempt < MostAttempts)
                continue;
            if (clock.GetElapsedTime(askedAt) >= answer.Time)
            {
                await ReportAsync(users, new(user, appId, asker, null));
                return Step.Later(Reserve, isOverBudget: false);
            }
            var (outcome, block) = await exchange.FetchAsync(system, user);
            await ReportAsync(users, new(user, appId, asker, outcome, block));
            return outcome is null ? Step.Later(Spread(block!.Value), isOverBudget: true) : Keep(site, outcome);
        }
    }

    private async ValueTask<AccessToken?> SystemTokenAsync(IInstallationActor installation, InvocationTokens sent) =>
        sent.System is { } header && AccessToken.Receive(header, sent.ReceivedAt) is var brought && brought.IsUsable(clock.GetUtcNow())
            ? brought
            : await installation.GetTokenAsync(new(null));

    private async Task ReportAsync(IOfflineUsers users, OfflineTokenReport report)
    {
        try
        {
            await users.ReportAsync(report);
        }
        catch (Exception e)
        {
            // Another process asks again once the lease is over.
            Log.NotReported(logger, report.AppId, e);
        }
    }

    // So that all who were told the same moment do not come at it.
    private static TimeSpan Spread(TimeSpan wait) => wait + (Random.Shared.NextDouble() * TimeSpan.FromMilliseconds(300));

    private Kept? Find(UserOfSite user) => _kept.TryGetValue(user, out var kept) && clock.GetElapsedTime(kept.Since) < kept.For ? kept : null;

    private Step Keep(UserOfSite user, OfflineTokenOutcome outcome)
    {
        if (_kept.Count >= MostKept || clock.GetElapsedTime(Volatile.Read(ref _sweptAt)) >= LongestKept)
            Sweep();
        _kept[user] = new(outcome, null, clock.GetTimestamp(), outcome.Lasts < LongestKept ? outcome.Lasts : LongestKept);
        return Step.Of(outcome);
    }

    private void Sweep()
    {
        Volatile.Write(ref _sweptAt, clock.GetTimestamp());
        foreach (var (user, kept) in _kept)
            if (clock.GetElapsedTime(kept.Since) >= kept.For)
                _kept.TryRemove(new(user, kept));
        // Starting over is cheaper than an order of use, and only costs calls to actors.
        if (_kept.Count >= MostKept)
            _kept.Clear();
    }

    private readonly record struct UserOfSite(string InstallationId, string Product, string AccountId);

    /// <summary>An outcome, or a token that is not to be had again.</summary>
    private sealed record Kept(OfflineTokenOutcome? Outcome, AccessToken? Refused, long Since, TimeSpan For);

    /// <summary>What came of asking once; nothing at all where the site has no token of the app to ask with.</summary>
    private readonly record struct Step(AccessToken? Token, OfflineTokenOutcome? Failure = null, TimeSpan? AskAgain = null, bool IsOverBudget = false)
    {
        public static Step Of(OfflineTokenOutcome outcome) => outcome.Token is { } token ? new(token) : new(null, outcome);

        public static Step Later(TimeSpan wait, bool isOverBudget) => new(null, null, wait, isOverBudget);
    }

    private static partial class Log
    {
        [LoggerMessage(161, LogLevel.Warning, "What the platform answered to a request for a token of a user of the app {App} could not be told to the site's actor.")]
        public static partial void NotReported(ILogger logger, string app, Exception e);
    }
}
