using System.Diagnostics;
using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.RealmMigrations;

/// <summary>
/// The protocol of a realm migration around the app's <see cref="IRealmMigration"/> (contract section 9), for the site that a hook came from. To schedule
/// and to commit call the app's code while the platform waits for its answer; to start and to roll back become the site's work.
/// </summary>
/// <remarks>Every method returns the error code to answer with, or null when all is well. A hook that comes again is answered as it was, and runs nothing again.</remarks>
internal sealed partial class RealmMigrationHooks
{
    // Three times before a turn is over, so that one lost call does not cost it.
    private static readonly TimeSpan KeepEvery = HookTurn.ClaimLasts / 3;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly IRealmMigration? _app;
    private readonly ForgeInvocation _invocation;
    private readonly IRealmMigrationActor _migrations;
    private readonly IRealmMigrationSlots _slots;
    private readonly IWorkQueue _queue;
    private readonly TimeProvider _clock;
    private readonly ILogger<RealmMigrationHooks> _logger;

    public RealmMigrationHooks(IServiceProvider services, HandlerScope scope, IActors actors, TimeProvider clock, ILogger<RealmMigrationHooks> logger)
    {
        _invocation = scope.Invocation;
        _app = services.GetService<IRealmMigration>();
        _migrations = actors.Get<IRealmMigrationActor>(scope.InstallationId);
        _slots = actors.Get<IRealmMigrationSlots>(_invocation.Installation.AppId);
        _queue = actors.Get<IWorkQueue>(scope.InstallationId);
        (_clock, _logger) = (clock, logger);
    }

    private string InstallationId => _invocation.Installation.InstallationId;

    public async Task<string?> ScheduleAsync(RealmMigration migration, CancellationToken cancellationToken) =>
        _app is null
            ? RealmMigrationErrors.NotSupported
            : (await AskAsync(
                claim => new(RealmMigrationHook.Schedule, migration.MigrationId, claim, migration), _app.ScheduleAsync, cancellationToken)).ErrorCode;

    public async Task<string?> CommitAsync(string migrationId, CancellationToken cancellationToken)
    {
        if (_app is null)
            return RealmMigrationErrors.NotSupported;
        var turn = await AskAsync(claim => new(RealmMigrationHook.Commit, migrationId, claim), _app.CommitAsync, cancellationToken);
        if (turn.Record?.State is RealmMigrationState.Committed or RealmMigrationState.Failed)
            await ReturnSlotAsync(migrationId);
        return turn.ErrorCode;
    }

    public async Task<string?> StartAsync(RealmMigration migration, CancellationToken cancellationToken)
    {
        if (_app is null)
            return RealmMigrationErrors.NotSupported;
        var record = await _migrations.DescribeAsync(new(migration.MigrationId), cancellationToken);
        switch (record?.State)
        {
            case RealmMigrationState.Scheduled when record.Migration.Location == migration.Location:
                break;
            case RealmMigrationState.Running or RealmMigrationState.ReadyToCommit or RealmMigrationState.Failed or RealmMigrationState.Committed:
                return null;
            default:
                return RealmMigrationErrors.NotScheduled;
        }

        var slot = new SlotRequest(InstallationId, migration.MigrationId, migration.BelievedUntil(_clock.GetUtcNow()));
        if (!(await _slots.TakeAsync(slot, cancellationToken)).IsTaken)
            return RealmMigrationErrors.TooManyAtOnce;
        // The work first: it takes the step by itself, should this process not come to it.
        await EnqueueAsync(RealmMigrationWork.Start, new(migration, record.Round), cancellationToken);
        var step = new MigrationStep(migration.MigrationId, record.Round, RealmMigrationState.Running, null, migration);
        var started = await _migrations.AdvanceAsync(step, cancellationToken);
        // The work may have come to its end meanwhile.
        if (started.IsTaken || started.Record is { State: RealmMigrationState.ReadyToCommit or RealmMigrationState.Failed } ended && ended.Round == record.Round)
            return null;
        await ReturnSlotAsync(migration.MigrationId);
        return RealmMigrationErrors.NotScheduled;
    }

    public async Task<string?> RollBackAsync(string migrationId, CancellationToken cancellationToken)
    {
        if (_app is null)
            return RealmMigrationErrors.NotSupported;
        if (await _migrations.DescribeAsync(new(migrationId), cancellationToken) is not { } record)
            return RealmMigrationErrors.NotScheduled;
        if (record.State == RealmMigrationState.Committed)
            return RealmMigrationErrors.Other;
        if (record.State == RealmMigrationState.RolledBack)
            return null;
        await EnqueueAsync(RealmMigrationWork.RollBack, new(record.Migration, record.Round), cancellationToken);
        // Tells the work that is running to end. If a hook is in the way, the work tries again.
        await _migrations.AdvanceAsync(new(migrationId, record.Round, RealmMigrationState.RollingBack), cancellationToken);
        return null;
    }

    /// <returns>The migration; null when there is none.</returns>
    public async Task<MigrationRecord?> StatusAsync(string? migrationId, CancellationToken cancellationToken)
    {
        var record = await _migrations.DescribeAsync(new(migrationId), cancellationToken);
        if (record?.State != RealmMigrationState.Running || !await HasEndedUnseenAsync(record, cancellationToken))
            return record;
        var step = new MigrationStep(record.Migration.MigrationId, record.Round, RealmMigrationState.Failed, RealmMigrationErrors.Other);
        var failed = await _migrations.AdvanceAsync(step, cancellationToken);
        if (failed.IsTaken)
        {
            Log.EndedUnseen(_logger, record.Migration.MigrationId, InstallationId);
            await ReturnSlotAsync(record.Migration.MigrationId);
        }
        return failed.Record;
    }

    /// <summary>The code for a migration that is not known.</summary>
    public string Unknown => _app is null ? RealmMigrationErrors.NotSupported : RealmMigrationErrors.NotScheduled;

    // Work that loses its process time after time is parked without its handler, and nobody else tells the migration.
    private async Task<bool> HasEndedUnseenAsync(MigrationRecord record, CancellationToken cancellationToken)
    {
        if (_clock.GetUtcNow() > record.Migration.BelievedUntil(record.ChangedAt))
            return true;
        var itemId = RealmMigrationWork.ItemId(RealmMigrationWork.Start, record.Migration.MigrationId, record.Round);
        // The letter right behind everything that comes before it.
        var parked = await _queue.ListDeadLettersAsync(new(itemId[..^1], 1), cancellationToken);
        return parked.DeadLetters is [var letter] && letter.Item.ItemId == itemId;
    }

    private async Task EnqueueAsync(string key, MigrationOrder order, CancellationToken cancellationToken)
    {
        var itemId = RealmMigrationWork.ItemId(key, order.Migration.MigrationId, order.Round);
        var item = new WorkItem
        {
            ItemId = itemId,
            Kind = WorkKind.Migration,
            Key = key,
            // A rollback never runs beside what it takes back.
            OrderingKey = $"migration/{order.Migration.MigrationId}",
            DeduplicationKey = itemId,
            AcceptedAt = _clock.GetUtcNow(),
            Origin = new(
                _invocation.IssuedAt,
                _invocation.TokenId,
                _invocation.Module?.Type,
                _invocation.Module?.Key,
                _invocation.Installation.AppVersion,
                false,
                Activity.Current?.Id,
                _invocation.ContextJson.ToArray()),
            Payload = JsonSerializer.SerializeToUtf8Bytes(order, MigrationJson.Default.MigrationOrder),
        };
        await _queue.AcceptAsync(new([item]), cancellationToken);
    }

    private async Task<HookTurn> AskAsync(
        Func<string, HookEntry> enter, Func<RealmMigration, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var entry = enter(Guid.NewGuid().ToString("n"));
        while (true)
        {
            var turn = await _migrations.EnterAsync(entry, cancellationToken);
            if (turn is { Decision: HookDecision.Run, Record: { } record })
                turn = await RunAsync(entry, record.Migration, ask, cancellationToken);
            if (turn.Decision == HookDecision.Answered)
                return turn;
            await Task.Delay(AskAgainAfter, _clock, cancellationToken);
        }
    }

    private async Task<HookTurn> RunAsync(
        HookEntry entry, RealmMigration migration, Func<RealmMigration, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource();
        var keeping = KeepAsync(entry, ended.Token);
        var (outcome, code) = (HookOutcome.Done, (string?)null);
        try
        {
            await ask(migration, cancellationToken);
        }
        catch (RealmMigrationException e)
        {
            (outcome, code) = (HookOutcome.Failed, e.ErrorCode);
            Log.Refused(_logger, entry.Hook, entry.MigrationId, InstallationId, code, e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = HookOutcome.CutOff;
        }
        catch (Exception e)
        {
            (outcome, code) = (HookOutcome.Failed, RealmMigrationErrors.Other);
            Log.HookFailed(_logger, entry.Hook, entry.MigrationId, InstallationId, e);
        }
        await ended.CancelAsync();
        await keeping;
        // The caller may have gone; what has been done counts all the same.
        var turn = await _migrations.LeaveAsync(new(entry.Hook, entry.MigrationId, entry.ClaimId, outcome, code), CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        return turn;
    }

    private async Task KeepAsync(HookEntry entry, CancellationToken ended)
    {
        while (true)
        {
            try
            {
                await Task.Delay(KeepEvery, _clock, ended);
                await _migrations.EnterAsync(entry, ended);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.NotKept(_logger, entry.MigrationId, InstallationId, e);
            }
        }
    }

    private Task ReturnSlotAsync(string migrationId) => _slots.ReturnAsync(new(InstallationId, migrationId), CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(130, LogLevel.Warning, "The app refuses to {Hook} the realm migration {Migration} of {Installation} with {Code}: {Reason}")]
        public static partial void Refused(ILogger logger, RealmMigrationHook hook, string migration, string installation, string code, string reason);

        [LoggerMessage(131, LogLevel.Error, "The app's code failed to {Hook} the realm migration {Migration} of {Installation}.")]
        public static partial void HookFailed(ILogger logger, RealmMigrationHook hook, string migration, string installation, Exception e);

        [LoggerMessage(132, LogLevel.Warning, "The turn to run a hook of the realm migration {Migration} of {Installation} could not be kept; it is tried again.")]
        public static partial void NotKept(ILogger logger, string migration, string installation, Exception e);

        [LoggerMessage(133, LogLevel.Error, "The realm migration {Migration} of {Installation} has failed: its work was parked, or has not ended long after it should have.")]
        public static partial void EndedUnseen(ILogger logger, string migration, string installation);
    }
}
