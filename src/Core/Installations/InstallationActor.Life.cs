using System.Diagnostics;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Installations;

public partial class InstallationActor
{
    // What could not be told at once is told when the alarm rings.
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    // While a new version is rolled out, the process that finds something out may be one that has no handler for it. Where there is none for a day, the app has none.
    private static readonly TimeSpan LookForHandlerAfter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LooksForHandler = TimeSpan.FromDays(1);
    private const int MostFormer = 20;

    private readonly LifeRules _rules = new(options.Value);
    private LifeRow? _row;

    // When an invocation last came, where that was not worth a write.
    private DateTimeOffset? _seenUntold;

    private bool IsErased => _row?.Life.State == LifeState.Erased;

    /// <inheritdoc/>
    public async Task<InstallationLife?> DescribeLifeAsync(LifeRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_row is not { } row)
            return null;
        var life = _rules.Passed(row.Life, clock.GetUtcNow()).Life;
        // Whatever is due beside, the alarm does.
        life = Known(life.State == row.Life.State || life.State == LifeState.Active ? life : row.Life);
        return request.WithLater && !IsErased ? life with { Later = await OthersAsync(row, earlier: false, cancellationToken) } : life;
    }

    /// <inheritdoc/>
    public async Task<InstallationLife?> NoteLifecycleAsync(LifecycleNote note, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_row is not { } row)
            return null;
        await StepAsync(note.Change switch
        {
            LifecycleChange.Installed => LifeRules.Installed(row.Life, note.At),
            LifecycleChange.Uninstalled when note.IsAnnounced => LifeRules.UninstallAnnounced(row.Life, note.At),
            LifecycleChange.Uninstalled => _rules.Uninstalled(row.Life, note.At, note.Cause),
            _ => new(row.Life),
        });
        await TryTellAsync(cancellationToken);
        return _row.Life;
    }

    /// <inheritdoc/>
    public async Task<InstallationLife?> NoteProductAsync(ProductNote note, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_row is not { } row)
            return null;
        await StepAsync(LifeRules.Answered(row.Life, note));
        await InferAsync(cancellationToken);
        await TryTellAsync(cancellationToken);
        return _row.Life;
    }

    /// <inheritdoc/>
    public async Task<AdoptionAnswer> AdoptAsync(AdoptionRequest request, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_row is not { Life.State: LifeState.Installed or LifeState.Active } row)
            return new(AdoptionOutcome.NotInstalled);
        if (row.Life.Adoption is { } adoption && adoption.From == request.From)
            return new(AdoptionOutcome.Decided, adoption);
        if (row.Life.Adoption is { IsComplete: false })
            return new(AdoptionOutcome.Busy, row.Life.Adoption);
        // In the index are the installations of the same app on these sites whose data was not erased; those of other environments are none to adopt.
        if (request.From == self.Key || !(await OthersAsync(row, earlier: null, cancellationToken)).Contains(request.From))
            return new(AdoptionOutcome.NoSuchFormer);
        var now = clock.GetUtcNow();
        var decided = new Adoption(request.From, now);
        await CommitAsync([], row with { Life = row.Life with { Adoption = decided }, AdoptAfter = null }, now);
        Log.Adopting(logger, self.Key, request.From);
        return new(AdoptionOutcome.Decided, decided);
    }

    /// <summary>Does what is due: tells what is untold, goes on with what takes long, looks whether the site is still there, deletes what has expired.</summary>
    /// <param name="cancellationToken">The host is stopping.</param>
    public async Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        // The host forgets an alarm that has rung.
        if (_row is not null)
            _row = _row with { Alarm = null };
        var now = clock.GetUtcNow();
        await SweepAsync(now, cancellationToken);
        if (_row is not null)
        {
            await StepAsync(_rules.Passed(_row.Life, now));
            await InferAsync(cancellationToken);
            await TellAsync(cancellationToken);
            await EraseSomeAsync(cancellationToken);
            await AdoptSomeAsync(cancellationToken);
        }
        if (await NextDueAsync(cancellationToken) is { } due)
            await CommitAsync([], _row ?? throw new UnreachableException("What has a due time has a life."), due);
    }

    /// <summary>What an invocation says of the installation's life.</summary>
    /// <returns>The row to store; the same object where nothing is worth a write.</returns>
    private async ValueTask<LifeRow> SeenAsync(
        InstallationFacts said, InstallationFacts? facts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = _row?.Life;
        var step = LifeRules.Seen(before, said.IssuedAt, now);
        var row = _row ?? new() { Life = step.Life };
        if (facts is not null && InstallationIndex.SitesOf(facts) is var sites && (row.AppId is null || sites.Except(row.Sites).Any()))
            row = row with { AppId = facts.AppId, Sites = [.. row.Sites.Union(sites)] };
        if (before is null || before.State == LifeState.Erased)
            return await BeginAsync(row, before, step, now, cancellationToken);
        if (step.Change is not null)
            return After(row, step, now);
        // That it is still there is worth a write once an hour; memory knows it exactly.
        var isWorthAWrite = before.LastSeen is not { } seen || now - seen >= LifeRules.SeenAgainAfter
            || step.Life.UninstallAnnouncedAt != before.UninstallAnnouncedAt;
        if (isWorthAWrite || !ReferenceEquals(row, _row))
            return row with { Life = step.Life };
        _seenUntold = now;
        return row;
    }

    // The first that is seen of an installation, ever or since its data was erased.
    private async ValueTask<LifeRow> BeginAsync(LifeRow row, InstallationLife? before, LifeStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var former = await OthersAsync(row, earlier: null, cancellationToken);
        row = After(row, step with { Life = step.Life with { Former = former } }, now);
        if (before?.ErasedAt is { } erased)
        {
            await actors.Get<ISiteStateActor>(self.Key).RestartAsync(new(erased), cancellationToken);
            return row;
        }
        if (former.Count == 0)
            return row;
        Log.Reinstalled(logger, self.Key, former[0]);
        row = row with { Untold = [.. row.Untold, Untold(LifecycleChange.Reinstalled, step.Life, now, former[0])] };
        return options.Value.AdoptOnReinstall ? row with { Life = row.Life with { Adoption = new(former[0], now) } } : row;
    }

    private async ValueTask StepAsync(LifeStep step)
    {
        var row = _row!;
        if (ReferenceEquals(step.Life, row.Life))
            return;
        var now = clock.GetUtcNow();
        await CommitAsync([], After(row, step, now), null);
    }

    private LifeRow After(LifeRow row, LifeStep step, DateTimeOffset now)
    {
        var (before, after) = (row.Life, step.Life);
        row = row with { Life = after };
        if (step.Change is not null)
            row = row with { Untold = [.. row.Untold, Untold(step.Change, after, now)], IsSwitchOwed = true };
        if (after.State == LifeState.Erased)
            row = row with { Untold = [], IsSwitchOwed = false, AdoptAfter = null };
        if (before.State != after.State && after.State is LifeState.Uninstalled or LifeState.Erased)
            Log.Changed(logger, self.Key, after.State, after.Cause, after.EraseAt);
        else if (step.Change == LifecycleChange.Returned)
            Log.Returned(logger, self.Key);
        return row;
    }

    private static UntoldChange Untold(string change, InstallationLife life, DateTimeOffset now, string? former = null) =>
        new(Guid.CreateVersion7(now).ToString(), change, now, life.Cause, former);

    // There is no uninstall event (contract section 6): products that refuse the app, and silence, speak for themselves.
    private async ValueTask InferAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_row is { } row && _rules.MayBeGoneAt(Known(row.Life)) <= now && await GoneAtAsync(row.Life, cancellationToken) <= now)
            await StepAsync(_rules.Uninstalled(row.Life, now, LifeCause.Inferred));
    }

    private async ValueTask<DateTimeOffset?> GoneAtAsync(InstallationLife life, CancellationToken cancellationToken)
    {
        var triggers = (await actors.Get<IWorkQueue>(self.Key).DescribeAsync(QueueRequest.Instance, cancellationToken)).Triggers;
        var intervals = triggers.Where(trigger => trigger.NextExpected is not null).Select(trigger => trigger.NextExpected!.Value - trigger.LastDelivered).ToList();
        return _rules.MayBeGoneAt(
            Known(life),
            intervals.Count > 0 ? intervals.Min() : null,
            triggers.Count > 0 ? triggers.Max(trigger => trigger.LastDelivered) : null);
    }

    // With what memory knows better than the rows.
    private InstallationLife Known(InstallationLife life) => _seenUntold > life.LastSeen ? life with { LastSeen = _seenUntold } : life;

    private async Task TryTellAsync(CancellationToken cancellationToken)
    {
        if (_row is not { OwesQueue: true })
            return;
        try
        {
            await TellAsync(cancellationToken);
        }
        catch (Exception e) when (e is not StaleActivationException && !cancellationToken.IsCancellationRequested)
        {
            Log.NotTold(logger, self.Key, e);
        }
    }

    // Told twice, it is one item; of a site without the app only such items run.
    private async Task TellAsync(CancellationToken cancellationToken)
    {
        if (_row is not { } row || !(row.OwesQueue || row.IsUnhandled))
            return;
        var queue = actors.Get<IWorkQueue>(self.Key);
        // First: one that is full, or fails, is stopped all the same.
        if (row.IsSwitchOwed)
            await queue.SwitchAsync(new(IsStopped: row.Life.State is LifeState.Uninstalled or LifeState.Erased), cancellationToken);
        var now = clock.GetUtcNow();
        var unhandled = new List<UntoldChange>();
        foreach (var untold in row.Untold)
            if (untold.ToItem() is var change && handlers.Find(change) is not null)
                await queue.AcceptAsync(new([change]), cancellationToken);
            else if (now - untold.At < LooksForHandler)
                unhandled.Add(untold with { IsUnhandled = true });
        await CommitAsync([], row with { Untold = unhandled, IsSwitchOwed = false }, null);
    }

    // It is for work that waits, and not for this turn.
    private void Resume()
    {
        _isTokenMissed = false;
        _ = ResumeAsync();

        async Task ResumeAsync()
        {
            try
            {
                await actors.Get<IWorkQueue>(self.Key).ResumeAsync(ResumeRequest.Instance);
            }
            catch (Exception e)
            {
                // It looks by itself every few minutes.
                Log.NotResumed(logger, self.Key, e);
            }
        }
    }

    // The last one first. In the index until its data is erased. What the same sites have of the app's other environments beside it is neither former nor later.
    private async ValueTask<IReadOnlyList<string>> OthersAsync(LifeRow row, bool? earlier, CancellationToken cancellationToken)
    {
        if (row.AppId is not { } app)
            return [];
        var index = new InstallationIndex(actors);
        var found = new Dictionary<string, IndexedInstallation>(StringComparer.Ordinal);
        foreach (var site in row.Sites)
            foreach (var installation in await index.FindAsync(app, site, cancellationToken))
                found[installation.InstallationId] = installation;
        var own = found.GetValueOrDefault(self.Key);
        var (seen, environment) = (own?.FirstSeen ?? DateTimeOffset.MaxValue, own?.EnvironmentId ?? _facts?.EnvironmentId);
        return [.. found.Values
            .Where(other => other.InstallationId != self.Key && (earlier is null || other.FirstSeen < seen == earlier))
            .Where(other => environment is null || other.EnvironmentId is null || other.EnvironmentId == environment)
            .OrderByDescending(other => other.FirstSeen)
            .Take(MostFormer)
            .Select(other => other.InstallationId)];
    }

    private async ValueTask<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = new List<DateTimeOffset>();
        if (_row is { } row)
        {
            if (row.IsUnfinished)
                due.Add(row.OwesQueue ? now + TellAgainAfter : now);
            due.AddRange(Foreseen(row, now));
            if (_rules.MayBeGoneAt(Known(row.Life)) is { } gone)
                due.Add(gone > now ? gone : await GoneAtAsync(row.Life, cancellationToken) is { } later && later > now ? later : now + Soon);
        }
        if (_system is not null || (await UsersAsync(cancellationToken)).Count > 0)
            due.Add(SweepAt(now));
        return due.Count > 0 ? due.Min() : null;
    }

    // What is due by the row alone, whether a turn has just begun something or looks what is left.
    private static IEnumerable<DateTimeOffset> Foreseen(LifeRow row, DateTimeOffset now)
    {
        if (row.IsUnhandled)
            yield return now + LookForHandlerAfter;
        if (row.Life is { State: LifeState.Uninstalled, EraseAt: { } erase })
            yield return erase;
        if (LifeRules.AnnouncedIsDoneAt(row.Life) is { } done)
            yield return done;
    }

    /// <summary>Stores changes with the life, and sees to it that the alarm rings when something is due. What is set earlier stays.</summary>
    private async Task CommitAsync(List<RowChange> changes, LifeRow row, DateTimeOffset? due)
    {
        var now = clock.GetUtcNow();
        foreach (var time in (DateTimeOffset?[])[
            .. Foreseen(row, now),
            row.OwesQueue ? now + TellAgainAfter : null,
            row.Life.IsErasing || row.Life.Adoption is { IsComplete: false } ? now : null,
            _rules.MayBeGoneAt(Known(row.Life)) is { } gone && gone > now ? gone : null])
            due = due is null || time < due ? time ?? due : due;
        if (due is { } at && !(row.Alarm > now && row.Alarm <= at))
        {
            // One that is due may not have rung yet: it is not put off for long.
            at = row.Alarm <= now && at > now + Soon ? now + Soon : at;
            row = row with { Alarm = at };
            changes.Add(new(LifeRow.Name, StoredJson.Write(row)));
            await self.Alarm.SetAsync(at, changes);
        }
        else if (changes.Count > 0 || !ReferenceEquals(row, _row))
        {
            if (!ReferenceEquals(row, _row))
                changes.Add(new(LifeRow.Name, StoredJson.Write(row)));
            await self.Rows.CommitAsync(changes);
        }
        _row = row;
    }

    private static partial class Log
    {
        [LoggerMessage(90, LogLevel.Warning, "{Installation} is now {State}, because: {Cause}. Its data is erased at {EraseAt}.")]
        public static partial void Changed(ILogger logger, string installation, LifeState state, LifeCause cause, DateTimeOffset? eraseAt);

        [LoggerMessage(91, LogLevel.Warning, "{Installation}, taken for uninstalled, has been called again: its work goes on.")]
        public static partial void Returned(ILogger logger, string installation);

        [LoggerMessage(92, LogLevel.Warning, "{Installation} is new on a site that had this app before, as {Former}, or has it in another product too. It begins without data; an operator can let it adopt the former one's.")]
        public static partial void Reinstalled(ILogger logger, string installation, string former);

        [LoggerMessage(93, LogLevel.Information, "{Installation} adopts the documents of {Former}.")]
        public static partial void Adopting(ILogger logger, string installation, string former);

        [LoggerMessage(94, LogLevel.Information, "{Installation} has adopted {Copied} documents of {Former}, and kept {Kept} of its own.")]
        public static partial void Adopted(ILogger logger, string installation, string former, long copied, long kept);

        [LoggerMessage(95, LogLevel.Warning, "The work of {Installation} could not be told of a change in its life; it is tried again.")]
        public static partial void NotTold(ILogger logger, string installation, Exception e);

        [LoggerMessage(96, LogLevel.Warning, "The work of {Installation} could not be told that a token has come; it looks by itself within minutes.")]
        public static partial void NotResumed(ILogger logger, string installation, Exception e);

        [LoggerMessage(97, LogLevel.Information, "The data of {Installation} is erased.")]
        public static partial void Erased(ILogger logger, string installation);
    }
}
