using System.Collections.Concurrent;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Installations;

/// <summary>
/// Tells an installation's actor what an invocation brings that this process has not told it yet. Where nothing is new, which is nearly
/// always, no actor is called but once in <see cref="ForgottenAfter"/>: then the installation knows that it is still in use, and this process
/// whether it still is one.
/// </summary>
/// <remarks>
/// What was told is compared, not hashed, and is the same object that the actor keeps when both live in one process: remembering costs
/// little and is never wrong. A site that was quiet for <see cref="ForgottenAfter"/> is forgotten.
/// </remarks>
public sealed class Admissions : IDisposable
{
    /// <summary>How long a site must be quiet to be forgotten. Its next call is told to its actor again, which changes nothing.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Told> _told = new(StringComparer.Ordinal);
    private readonly IActors _actors;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    /// <summary>Remembers nothing yet.</summary>
    /// <param name="actors">Finds the installation.</param>
    /// <param name="clock">Tells when a site was quiet for long.</param>
    public Admissions(IActors actors, TimeProvider clock)
    {
        (_actors, _clock) = (actors, clock);
        _sweep = clock.CreateTimer(_ => ForgetTheQuiet(), null, ForgottenAfter / 2, ForgottenAfter / 2);
    }

    /// <summary>Admits an invocation.</summary>
    /// <param name="invocation">The verified invocation.</param>
    /// <param name="tokens">The tokens that came with it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Admission> AdmitAsync(ForgeInvocation invocation, InvocationTokens tokens, CancellationToken cancellationToken)
    {
        var told = _told.GetValueOrDefault(invocation.Installation.InstallationId);
        var now = _clock.GetTimestamp();
        if (told is null || !told.Covers(invocation, tokens, _clock, now))
            return TellAsync(invocation, tokens, told, cancellationToken);
        told.LastSeen = now;
        return ValueTask.FromResult(Admission.Admitted);
    }

    /// <summary>Forgets what was told of an installation: its next invocation is told to its actor whatever it brings.</summary>
    /// <param name="installationId">The installation's uuid.</param>
    public void Forget(string installationId) => _told.TryRemove(installationId, out _);

    /// <summary>Ends the forgetting of quiet sites.</summary>
    public void Dispose() => _sweep.Dispose();

    private void ForgetTheQuiet()
    {
        foreach (var (installation, told) in _told)
            if (_clock.GetElapsedTime(told.LastSeen) > ForgottenAfter)
                _told.TryRemove(new(installation, told));
    }

    private async ValueTask<Admission> TellAsync(
        ForgeInvocation invocation, InvocationTokens tokens, Told? told, CancellationToken cancellationToken)
    {
        var facts = invocation.Installation;
        var system = Token(tokens.System, told?.System, tokens.ReceivedAt);
        var user = invocation.Principal is { } principal ? Token(tokens.User, told?.User(principal), tokens.ReceivedAt) : null;

        var installation = _actors.Get<IInstallationActor>(facts.InstallationId);
        // The actor tells by the time of the token whether it is an old one that comes late.
        var request = new AdmissionRequest(
            invocation.IssuedAt > facts.IssuedAt ? facts with { IssuedAt = invocation.IssuedAt } : facts, system, invocation.Principal, user);
        var admission = await installation.AdmitAsync(request, cancellationToken);
        if (admission == Admission.Admitted)
            _told.GetOrAdd(facts.InstallationId, _ => new(request.Facts))
                .Remember(request.Facts, system, invocation.Principal, user, _clock.GetTimestamp());
        return admission;
    }

    private static AccessToken? Token(string? header, AccessToken? known, DateTimeOffset receivedAt) =>
        header is null ? null : known is not null && known.Is(header) ? known : AccessToken.Receive(header, receivedAt);

    /// <summary>What this process last told one installation's actor.</summary>
    private sealed class Told(InstallationFacts facts)
    {
        private readonly Lock _gate = new();
        private Dictionary<string, (AccessToken Token, long ToldAt)>? _users;

        public InstallationFacts Facts { get; private set; } = facts;

        public AccessToken? System { get; private set; }

        public long LastSeen { get; set; }

        public long ToldAt { get; private set; }

        public bool Covers(ForgeInvocation invocation, InvocationTokens tokens, TimeProvider clock, long now) =>
            clock.GetElapsedTime(ToldAt, now) < ForgottenAfter
            && Facts.Equals(invocation.Installation)
            && (tokens.System is null || (System is { } system && system.Is(tokens.System)))
            && (tokens.User is null || invocation.Principal is null || IsTold(invocation.Principal, tokens.User, clock));

        public AccessToken? User(string principal)
        {
            if (_users is not { } users)
                return null;
            lock (users)
                return users.GetValueOrDefault(principal).Token;
        }

        // Where the actor may have to let users go, it is told now and then who is still there: the least recently used go first.
        private bool IsTold(string principal, string header, TimeProvider clock)
        {
            if (_users is not { } users)
                return false;
            lock (users)
                return users.TryGetValue(principal, out var user) && user.Token.Is(header)
                    && (users.Count <= InstallationActor.MostUserTokens / 2 || clock.GetElapsedTime(user.ToldAt) < ForgottenAfter);
        }

        public void Remember(InstallationFacts facts, AccessToken? system, string? principal, AccessToken? user, long now)
        {
            // Older facts that come late are not what the actor keeps: taken for it, they would hide that they are true again.
            lock (_gate)
                if (facts.IssuedAt >= Facts.IssuedAt)
                    Facts = facts;
            System = system ?? System;
            LastSeen = now;
            ToldAt = now;
            if (principal is null || user is null)
                return;
            var users = Interlocked.CompareExchange(ref _users, new(StringComparer.Ordinal), null) ?? _users;
            lock (users)
            {
                // The actor keeps no more either; starting over is cheaper than an order of use, and only costs calls that change nothing.
                if (users.Count >= InstallationActor.MostUserTokens)
                    users.Clear();
                users[principal] = (user, now);
            }
        }
    }
}
