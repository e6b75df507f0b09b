using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Installations;

/// <summary>Remembers a site: what it is, where it stands in its life, and its access tokens, encrypted at rest and dropped when they expire.</summary>
/// <param name="self">Key, rows and alarm.</param>
/// <param name="actors">Finds the index, the site's documents and its work.</param>
/// <param name="handlers">Knows whether somebody is to be told of changes in its life.</param>
/// <param name="protection">Encrypts tokens at rest.</param>
/// <param name="options">How long what takes in its life.</param>
/// <param name="clock">Tells which tokens have expired.</param>
/// <param name="logger">Takes what an operator should know.</param>
public partial class InstallationActor(
    ActorContext self,
    IActors actors,
    DeferredHandlers handlers,
    ITokenProtection protection,
    IOptions<LifecycleOptions> options,
    TimeProvider clock,
    ILogger<InstallationActor> logger) : IInstallationActor, IAlarmed
{
    /// <summary>How many users' tokens a site keeps; the least recently used go first.</summary>
    public const int MostUserTokens = 1_000;

    private const string FactsRow = "facts";
    private static readonly TimeSpan SweepDelay = TimeSpan.FromMinutes(5);

    private bool _loaded;
    private InstallationFacts? _facts;
    private StoredToken? _system;
    // Read from the rows only when a user's token comes or is asked for: most sites work with the app's own.
    private Dictionary<string, StoredToken>? _users;

    // Somebody has asked for the app's own token in vain since one last came, or may have, before this activation.
    private bool _isTokenMissed;

    /// <inheritdoc/>
    public async Task<Admission> AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_facts is { } known && known.AppId != request.Facts.AppId)
            return Admission.RefusedOtherApp;
        if (LifeRules.IsErased(_row?.Life, request.Facts.IssuedAt))
            return Admission.RefusedErased;
        if (_row?.Life.IsErasing is true)
            throw IsBeingErased();

        var now = clock.GetUtcNow();
        var changes = new List<RowChange>(4);
        var facts = NewFacts(request.Facts);
        if (facts is not null)
        {
            if (_facts is null || !_facts.Contexts.SequenceEqual(facts.Contexts))
                await InstallationIndex.RegisterAsync(actors, facts, now, cancellationToken);
            changes.Add(new(FactsRow, StoredJson.Write(facts)));
        }
        var life = await SeenAsync(request.Facts, facts, now, cancellationToken);

        var system = Newer(request.System, request.Facts, _system, now);
        if (system is not null)
            changes.Add(TokenRow.Put(TokenRow.System, system, self.Key, protection));

        StoredToken? user = null;
        string? evicted = null;
        if (request is { User: not null, Principal: { } principal })
        {
            var users = await UsersAsync(cancellationToken);
            var current = users.GetValueOrDefault(principal);
            // A token that comes is used, whether or not it is new.
            if (current is not null)
                current.LastUsed = now;
            user = Newer(request.User, request.Facts, current, now);
            if (user is not null)
            {
                changes.Add(TokenRow.Put(TokenRow.UserPrefix + principal, user, self.Key, protection));
                if (users.Count >= MostUserTokens && !users.ContainsKey(principal))
                    changes.Add(new(TokenRow.UserPrefix + (evicted = users.MinBy(u => u.Value.LastUsed).Key), null));
            }
        }

        // A token that is stored is swept, whatever happens in between.
        await CommitAsync(changes, life, system is not null || user is not null ? SweepAt(now) : null);

        // Memory follows the rows and never runs ahead of them.
        _facts = facts ?? _facts;
        _system = system ?? _system;
        if (evicted is not null)
            _users!.Remove(evicted);
        if (user is not null)
            _users![request.Principal!] = user;
        if (system is not null && _isTokenMissed)
            Resume();
        await TryTellAsync(cancellationToken);
        return Admission.Admitted;
    }

    /// <inheritdoc/>
    public async Task<AccessToken?> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        var stored = IsErased ? null : request.AccountId is null
            ? _system
            : (await UsersAsync(cancellationToken)).GetValueOrDefault(request.AccountId);
        var now = clock.GetUtcNow();
        if (stored is null || !stored.Token.IsUsable(now))
        {
            _isTokenMissed |= request.AccountId is null;
            return null;
        }
        stored.LastUsed = now;
        return stored.Token;
    }

    /// <inheritdoc/>
    public async Task<InstallationFacts?> DescribeAsync(DescribeRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        return IsErased ? null : _facts;
    }

    // So that not even an encrypted token outlives its use.
    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var users = await UsersAsync(cancellationToken);
        var expired = users.Where(u => u.Value.Token.ExpiresAt <= now).Select(u => u.Key).ToList();
        var rows = expired.ConvertAll(user => TokenRow.UserPrefix + user);
        // A row that could not be read as a token, or was expired when it was read, is not in memory: all that is not known to be alive goes.
        if (_system is not { } system || system.Token.ExpiresAt <= now)
            rows.Add(TokenRow.System);
        rows.AddRange((await UserRowNamesAsync(cancellationToken)).Where(name => !users.ContainsKey(name[TokenRow.UserPrefix.Length..])));

        foreach (var batch in rows.Distinct().Chunk(IActorRows.MostChanges))
            await self.Rows.CommitAsync([.. batch.Select(name => new RowChange(name, null))]);

        if (rows.Contains(TokenRow.System))
            _system = null;
        expired.ForEach(user => users.Remove(user));
    }

    // Of two different facts the one issued later is true: a client may send a cached token after an upgrade (contract section 1).
    private InstallationFacts? NewFacts(InstallationFacts facts)
    {
        if (_facts is null)
            return facts;
        if (facts.IssuedAt < _facts.IssuedAt || (facts.Equals(_facts) && !SaysMore(facts.Others, _facts.Others)))
            return null;
        return facts with { Others = Together(_facts.Others, facts.Others) };
    }

    private static bool SaysMore(IDictionary<string, JsonElement>? said, IDictionary<string, JsonElement>? stored) =>
        said?.Any(member => stored?.TryGetValue(member.Key, out var known) is not true || known.GetRawText() != member.Value.GetRawText()) is true;

    // What a newer version stored stays, unless a process of that version has just said something newer.
    private static IDictionary<string, JsonElement>? Together(IDictionary<string, JsonElement>? stored, IDictionary<string, JsonElement>? said)
    {
        if (stored is null || said is null)
            return said ?? stored;
        var together = new Dictionary<string, JsonElement>(stored);
        foreach (var (name, value) in said)
            together[name] = value;
        return together;
    }

    private static StoredToken? Newer(AccessToken? token, InstallationFacts facts, StoredToken? current, DateTimeOffset now)
    {
        if (token is null)
            return null;
        var candidate = new StoredToken(token, facts.AppVersion) { LastUsed = now };
        return candidate.Replaces(current, now) ? candidate : null;
    }

    private static DateTimeOffset SweepAt(DateTimeOffset now) => now + AccessToken.LongestLifetime + SweepDelay;

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_loaded)
            return;
        if (await self.Rows.ReadAsync(FactsRow, cancellationToken) is { } facts)
            _facts = StoredJson.Read<InstallationFacts>(facts);
        _row = await self.Rows.ReadAsync(LifeRow.Name, cancellationToken) is { } row
            ? StoredJson.Read<LifeRow>(row)
            : _facts is null ? null : LifeRow.OfBefore(_facts);
        if (_facts is not null && await self.Rows.ReadAsync(TokenRow.System, cancellationToken) is { } system)
            _system = TokenRow.Read(system, self.Key, protection, clock.GetUtcNow());
        _isTokenMissed = _facts is not null;
        _loaded = true;
    }

    private async ValueTask<Dictionary<string, StoredToken>> UsersAsync(CancellationToken cancellationToken)
    {
        if (_users is not null)
            return _users;
        var users = new Dictionary<string, StoredToken>(StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        await foreach (var row in self.Rows.AllAsync(TokenRow.UserPrefix, cancellationToken))
        {
            if (TokenRow.Read(row.Value, self.Key, protection, now) is { } token)
                users[row.Name[TokenRow.UserPrefix.Length..]] = token;
        }
        return _users = users;
    }

    private async Task<List<string>> UserRowNamesAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var row in self.Rows.AllAsync(TokenRow.UserPrefix, cancellationToken))
            names.Add(row.Name);
        return names;
    }
}
