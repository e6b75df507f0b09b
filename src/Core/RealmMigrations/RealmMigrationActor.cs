using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;

namespace ForgeOrleans.RealmMigrations;

/// <summary>Keeps where a site's migrations stand, in rows, and nothing in memory: a site has one in years.</summary>
/// <remarks>
/// <code>
/// migration/{migrationId}   a migration
/// current                   which is the site's current one
/// </code>
/// </remarks>
/// <param name="self">The actor's rows.</param>
/// <param name="clock">Tells when a turn is over.</param>
public class RealmMigrationActor(ActorContext self, TimeProvider clock) : IRealmMigrationActor
{
    /// <summary>How many migrations of a site are remembered; those go first that have been over for longest.</summary>
    public const int MostRemembered = 50;

    private const string All = "migration/";
    private const string Current = "current";

    /// <inheritdoc/>
    public async Task<HookTurn> EnterAsync(HookEntry entry, CancellationToken cancellationToken = default)
    {
        var row = await ReadAsync(entry.MigrationId, cancellationToken);
        return entry is { Hook: RealmMigrationHook.Schedule, Migration: { } planned }
            ? await ScheduleAsync(entry, planned, row, cancellationToken)
            : await CommitAsync(entry, row);
    }

    /// <inheritdoc/>
    public async Task<HookTurn> LeaveAsync(HookExit exit, CancellationToken cancellationToken = default)
    {
        var row = await ReadAsync(exit.MigrationId, cancellationToken);
        if (row is null || row.ClaimId != exit.ClaimId)
            return new(HookDecision.Wait, null, row?.Record);
        var state = (exit.Hook, exit.Outcome) switch
        {
            (_, HookOutcome.CutOff) => row.Stands,
            (RealmMigrationHook.Schedule, HookOutcome.Done) => RealmMigrationState.Scheduled,
            (RealmMigrationHook.Schedule, _) => RealmMigrationState.Refused,
            (_, HookOutcome.Done) => RealmMigrationState.Committed,
            _ => RealmMigrationState.Failed,
        };
        row = Moved(row with { ClaimId = null, ClaimedUntil = default }, state, exit.ErrorCode);
        await self.Rows.CommitAsync([Put(row)]);
        return new(exit.Outcome == HookOutcome.CutOff ? HookDecision.Wait : HookDecision.Answered, exit.ErrorCode, row.Record);
    }

    /// <inheritdoc/>
    public async Task<MigrationAdvance> AdvanceAsync(MigrationStep step, CancellationToken cancellationToken = default)
    {
        var row = await ReadAsync(step.MigrationId, cancellationToken);
        if (row is null || row.Round != step.Round)
            return new(false, false, row?.Record);
        if (row.Stands == step.To)
            return new(true, false, row.Record);
        if (!Leads(row.Stands, step.To))
            return new(false, false, row.Record);
        if (IsClaimed(row))
            return new(false, IsBusy: true, row.Record);
        row = Moved(row with { Migration = step.Migration ?? row.Migration, ClaimId = null, ClaimedUntil = default }, step.To, step.ErrorCode);
        await self.Rows.CommitAsync(step.To == RealmMigrationState.Running ? [Put(row), Pointer(step.MigrationId)] : [Put(row)]);
        return new(true, false, row.Record);
    }

    /// <inheritdoc/>
    public async Task<MigrationRecord?> DescribeAsync(MigrationQuery query, CancellationToken cancellationToken = default) =>
        (query.MigrationId is { } id ? await ReadAsync(id, cancellationToken) : await CurrentAsync(cancellationToken))?.Record;

    /// <inheritdoc/>
    public Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default) =>
        self.Rows.ExportAsync(query, 1_000, cancellationToken);

    /// <inheritdoc/>
    public async Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default)
    {
        var page = await self.Rows.ListAsync(new("", MostRows: IActorRows.MostChanges), cancellationToken);
        if (page.Rows.Count > 0)
            await self.Rows.CommitAsync([.. page.Rows.Select(row => new RowChange(row.Name, null))]);
        return new(!page.HasMore);
    }

    private async Task<HookTurn> ScheduleAsync(HookEntry entry, RealmMigration planned, MigrationRow? row, CancellationToken cancellationToken)
    {
        if (row is not null && IsClaimed(row) && row.ClaimId != entry.ClaimId)
            return new(HookDecision.Wait, null, row.Record);
        if (row is null)
            return await NewAsync(entry, planned, cancellationToken);
        if (row.Stands == RealmMigrationState.Scheduling)
            return await ClaimAsync(row.Migration == planned ? row : Planned(row, planned), entry.ClaimId);
        var isRepetition = row.Migration == planned;
        return row switch
        {
            // Too many is true for a while only.
            { Stands: RealmMigrationState.Refused, ErrorCode: not RealmMigrationErrors.TooManyAtOnce } when isRepetition =>
                new(HookDecision.Answered, row.ErrorCode, row.Record),
            { Stands: not RealmMigrationState.Refused } when isRepetition => new(HookDecision.Answered, null, row.Record),
            { Stands: RealmMigrationState.Scheduled or RealmMigrationState.Refused or RealmMigrationState.RolledBack } =>
                await ClaimAsync(Planned(row, planned), entry.ClaimId),
            _ => new(HookDecision.Answered, RealmMigrationErrors.Other, row.Record),
        };
    }

    private async Task<HookTurn> CommitAsync(HookEntry entry, MigrationRow? row) => row?.Stands switch
    {
        RealmMigrationState.ReadyToCommit => IsClaimed(row) && row.ClaimId != entry.ClaimId
            ? new(HookDecision.Wait, null, row.Record)
            : await ClaimAsync(row, entry.ClaimId),
        RealmMigrationState.Committed => new(HookDecision.Answered, null, row.Record),
        RealmMigrationState.Failed => new(HookDecision.Answered, row.ErrorCode, row.Record),
        RealmMigrationState.Scheduled or RealmMigrationState.Running => new(HookDecision.Answered, RealmMigrationErrors.Other, row.Record),
        _ => new(HookDecision.Answered, RealmMigrationErrors.NotScheduled, row?.Record),
    };

    private async Task<HookTurn> NewAsync(HookEntry entry, RealmMigration planned, CancellationToken cancellationToken)
    {
        var changes = new List<RowChange>(3);
        var others = new List<MigrationRow>();
        await foreach (var stored in self.Rows.AllAsync(All, cancellationToken))
            others.Add(Read(stored.Value));
        if (others.Count >= MostRemembered)
        {
            if (others.Where(IsOver).MinBy(other => other.ChangedAt) is not { } oldest)
                return new(HookDecision.Answered, RealmMigrationErrors.TooManyAtOnce);
            changes.Add(new(Name(oldest.Migration.MigrationId), null));
        }
        if (await CurrentAsync(cancellationToken) is not
            { Stands: RealmMigrationState.Running or RealmMigrationState.ReadyToCommit or RealmMigrationState.RollingBack })
            changes.Add(Pointer(planned.MigrationId));
        return await ClaimAsync(
            new() { Migration = planned, State = nameof(RealmMigrationState.Scheduling), Round = 1, ChangedAt = clock.GetUtcNow() }, entry.ClaimId, changes);
    }

    private bool IsOver(MigrationRow row) => row.Stands switch
    {
        RealmMigrationState.Refused or RealmMigrationState.Committed or RealmMigrationState.RolledBack or RealmMigrationState.Failed => true,
        RealmMigrationState.RollingBack => false,
        _ => clock.GetUtcNow() > row.Migration.BelievedUntil(row.ChangedAt),
    };

    private async Task<HookTurn> ClaimAsync(MigrationRow row, string claimId, List<RowChange>? changes = null)
    {
        row = row with { ClaimId = claimId, ClaimedUntil = clock.GetUtcNow() + HookTurn.ClaimLasts };
        await self.Rows.CommitAsync([.. changes ?? [], Put(row)]);
        return new(HookDecision.Run, null, row.Record);
    }

    private MigrationRow Planned(MigrationRow row, RealmMigration planned) =>
        Moved(row with { Migration = planned, Round = row.Round + 1 }, RealmMigrationState.Scheduling, null);

    private MigrationRow Moved(MigrationRow row, RealmMigrationState state, string? errorCode) =>
        row.Stands == state ? row : row with { State = state.ToString(), ErrorCode = errorCode, ChangedAt = clock.GetUtcNow() };

    private static bool Leads(RealmMigrationState from, RealmMigrationState to) => to switch
    {
        RealmMigrationState.Running => from == RealmMigrationState.Scheduled,
        RealmMigrationState.ReadyToCommit or RealmMigrationState.Failed => from == RealmMigrationState.Running,
        RealmMigrationState.RollingBack => from is not (RealmMigrationState.Committed or RealmMigrationState.RolledBack),
        RealmMigrationState.RolledBack => from == RealmMigrationState.RollingBack,
        _ => false,
    };

    private bool IsClaimed(MigrationRow row) => row.ClaimId is not null && clock.GetUtcNow() < row.ClaimedUntil;

    private async ValueTask<MigrationRow?> CurrentAsync(CancellationToken cancellationToken) =>
        await self.Rows.ReadAsync(Current, cancellationToken) is { } stored
            ? await ReadAsync(JsonSerializer.Deserialize(stored.Span, MigrationJson.Default.CurrentRow)!.MigrationId, cancellationToken)
            : null;

    private async ValueTask<MigrationRow?> ReadAsync(string migrationId, CancellationToken cancellationToken) =>
        await self.Rows.ReadAsync(Name(migrationId), cancellationToken) is { } stored ? Read(stored) : null;

    private static MigrationRow Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, MigrationJson.Default.MigrationRow)!;

    private static RowChange Put(MigrationRow row) =>
        new(Name(row.Migration.MigrationId), JsonSerializer.SerializeToUtf8Bytes(row, MigrationJson.Default.MigrationRow));

    private static RowChange Pointer(string migrationId) =>
        new(Current, JsonSerializer.SerializeToUtf8Bytes(new(migrationId), MigrationJson.Default.CurrentRow));

    private static string Name(string migrationId) => All + migrationId;
}
