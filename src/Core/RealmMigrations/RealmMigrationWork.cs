using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.RealmMigrations;

/// <summary>What of a migration is the site's work: to copy the data, and to delete what was copied. One attempt is one of these.</summary>
internal sealed partial class RealmMigrationWork
{
    /// <summary>The work's key for copying.</summary>
    public const string Start = "start";

    /// <summary>The work's key for deleting what was copied.</summary>
    public const string RollBack = "rollback";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HookIsOverAfter = TimeSpan.FromSeconds(5);

    private readonly IRealmMigration? _app;
    private readonly string _installation;
    private readonly IRealmMigrationActor _migrations;
    private readonly IRealmMigrationSlots _slots;
    private readonly WorkOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<RealmMigrationWork> _logger;

    public RealmMigrationWork(
        IServiceProvider services, HandlerScope scope, IActors actors, IOptions<WorkOptions> options, TimeProvider clock, ILogger<RealmMigrationWork> logger)
    {
        _app = services.GetService<IRealmMigration>();
        _installation = scope.InstallationId;
        _migrations = actors.Get<IRealmMigrationActor>(_installation);
        _slots = actors.Get<IRealmMigrationSlots>(scope.Invocation.Installation.AppId);
        (_options, _clock, _logger) = (options.Value, clock, logger);
    }

    /// <summary>The id of the work for a plan: the same whoever asks for it, and found again by whoever looks for it among dead letters.</summary>
    public static string ItemId(string key, string migrationId, int round) =>
        $"migration-{key}-{Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{migrationId}/{round}")).AsSpan(0, 16))}";

    /// <summary>Lets this process do the work.</summary>
    /// <exception cref="ArgumentException">It does so already.</exception>
    public static void AddTo(DeferredHandlers handlers, IServiceProvider services)
    {
        handlers.Add(
            WorkKind.Migration, null, Start,
            (WorkRun run, RealmMigrationWork work, CancellationToken cancellationToken) => work.StartAsync(run, cancellationToken), services);
        handlers.Add(
            WorkKind.Migration, null, RollBack,
            (WorkRun run, RealmMigrationWork work, CancellationToken cancellationToken) => work.RollBackAsync(run, cancellationToken), services);
    }

    private async Task StartAsync(WorkRun run, CancellationToken cancellationToken)
    {
        var order = Order(run);
        if (!(await StepAsync(order, RealmMigrationState.Running, null, cancellationToken)).IsTaken)
            return;
        if (_app is null)
        {
            await FailAsync(order, RealmMigrationErrors.NotSupported);
            return;
        }
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(order, end);
        try
        {
            await _app.StartAsync(order.Migration, run, end.Token);
        }
        catch (Exception e) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(_logger, order.Migration.MigrationId, _installation, e.Message);
            return;
        }
        catch (RealmMigrationException e)
        {
            Log.Failed(_logger, order.Migration.MigrationId, _installation, e.ErrorCode, e.Message);
            await FailAsync(order, e.ErrorCode);
            return;
        }
        catch (Exception e) when (IsTheLast(e, run, cancellationToken))
        {
            Log.Failed(_logger, order.Migration.MigrationId, _installation, RealmMigrationErrors.Other, e.Message);
            await FailAsync(order, RealmMigrationErrors.Other);
            throw;
        }
        finally
        {
            await end.CancelAsync();
            await watching;
        }
        // One that returns because it was told to end has not copied everything.
        cancellationToken.ThrowIfCancellationRequested();
        await StepAsync(order, RealmMigrationState.ReadyToCommit, null, CancellationToken.None);
    }

    private async Task RollBackAsync(WorkRun run, CancellationToken cancellationToken)
    {
        var order = Order(run);
        var begun = await StepAsync(order, RealmMigrationState.RollingBack, null, cancellationToken);
        if (begun.IsBusy)
            throw new RetryLaterException(HookIsOverAfter, "Another hook of this migration is being run.");
        if (!begun.IsTaken)
            return;
        if (_app is not null)
            await _app.RollbackAsync(order.Migration, run, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await StepAsync(order, RealmMigrationState.RolledBack, null, CancellationToken.None);
        await ReturnSlotAsync(order);
    }

    // Copying goes on only while the migration runs: it ends when it is rolled back.
    private async Task WatchAsync(MigrationOrder order, CancellationTokenSource end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(LookEvery, _clock, end.Token);
                if (await _migrations.DescribeAsync(new(order.Migration.MigrationId), end.Token) is not { State: RealmMigrationState.Running } record
                    || record.Round != order.Round)
                    await end.CancelAsync();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.NotSeen(_logger, order.Migration.MigrationId, _installation, e);
            }
        }
    }

    // The queue parks the work after this attempt; the migration has to be told before.
    private bool IsTheLast(Exception e, WorkRun run, CancellationToken cancellationToken) => e switch
    {
        OperationCanceledException or LeaseLostException when cancellationToken.IsCancellationRequested => false,
        TokenUnavailableException { IsOfApp: true } => false,
        PermanentFailureException => true,
        _ => run.Attempt >= _options.Attempts,
    };

    private async Task FailAsync(MigrationOrder order, string errorCode)
    {
        if ((await StepAsync(order, RealmMigrationState.Failed, errorCode, CancellationToken.None)).IsTaken)
            await ReturnSlotAsync(order);
    }

    private Task<MigrationAdvance> StepAsync(MigrationOrder order, RealmMigrationState to, string? errorCode, CancellationToken cancellationToken) =>
        _migrations.AdvanceAsync(
            new(order.Migration.MigrationId, order.Round, to, errorCode, to == RealmMigrationState.Running ? order.Migration : null), cancellationToken);

    private Task ReturnSlotAsync(MigrationOrder order) =>
        _slots.ReturnAsync(new(_installation, order.Migration.MigrationId), CancellationToken.None);

    private static MigrationOrder Order(WorkRun run) => run.Json.Deserialize(MigrationJson.Default.MigrationOrder)!;

    private static partial class Log
    {
        [LoggerMessage(140, LogLevel.Warning, "The realm migration {Migration} of {Installation} has failed with {Code}: {Reason}")]
        public static partial void Failed(ILogger logger, string migration, string installation, string code, string reason);

        [LoggerMessage(141, LogLevel.Information, "The realm migration {Migration} of {Installation} does not go on: it was rolled back or has failed. {Reason}")]
        public static partial void Stopped(ILogger logger, string migration, string installation, string reason);

        [LoggerMessage(142, LogLevel.Warning, "Where the realm migration {Migration} of {Installation} stands could not be read; it is tried again.")]
        public static partial void NotSeen(ILogger logger, string migration, string installation, Exception e);
    }
}
