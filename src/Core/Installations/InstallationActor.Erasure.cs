using System.Text.Json;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.ProductApis;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

public partial class InstallationActor
{
    // A turn does so much of what takes long; the alarm goes on with the rest.
    private const int MostPagesOfATurn = 20;

    // What another process's clock may be ahead.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    private const string OwnRows = "installation/";
    private const string DocumentRows = "site-state/";
    private const string WorkRows = "work-queue/";
    private const string MigrationRows = "realm-migration/";

    private static readonly string[] OtherParts = [DocumentRows, WorkRows, MigrationRows];

    /// <inheritdoc/>
    public async Task<InstallationErasureAnswer> EraseAsync(InstallationErasure erasure, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (_row is not { } row)
            return new(false, true);
        var now = clock.GetUtcNow();
        if (erasure.DecidedAt > now + ClocksDiffer)
            throw new ArgumentException("An erasure cannot be decided in the future: nothing would be stored until then.", nameof(erasure));
        if (!LifeRules.IsErased(row.Life, erasure.DecidedAt))
            await StepAsync(LifeRules.Erased(row.Life, erasure.DecidedAt, LifeCause.Operator, now));
        await EraseSomeAsync(cancellationToken);
        return new(true, !_row.Life.IsErasing);
    }

    /// <inheritdoc/>
    public async Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        if (query.After is not { } after)
        {
            var own = new List<ExportedRow>();
            if (!IsErased && _facts is not null)
                own.Add(new(OwnRows + FactsRow, JsonElement.Parse(StoredJson.Write(_facts))));
            if (_row is { } row)
                own.Add(new(OwnRows + LifeRow.Name, JsonElement.Parse(StoredJson.Write(row))));
            return new(own, DocumentRows);
        }
        var part = Array.FindIndex(OtherParts, part => after.StartsWith(part, StringComparison.Ordinal));
        if (part < 0)
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "An export goes on behind what its last page named as its end, and this is none.");
        var (name, next) = (OtherParts[part], new ExportQuery(after.Length > OtherParts[part].Length ? after[OtherParts[part].Length..] : null));
        var page = await (name switch
        {
            DocumentRows => actors.Get<ISiteStateActor>(self.Key).ExportAsync(next, cancellationToken),
            WorkRows => actors.Get<IWorkQueue>(self.Key).ExportAsync(next, cancellationToken),
            _ => actors.Get<IRealmMigrationActor>(self.Key).ExportAsync(next, cancellationToken),
        });
        return new(
            [.. page.Rows.Select(row => row with { Name = name + row.Name })],
            page.Next is { } end ? name + end : OtherParts.ElementAtOrDefault(part + 1));
    }

    // Interrupted anywhere, it is begun again: each part is empty before the next one's turn comes, and what it is goes last.
    private async Task EraseSomeAsync(CancellationToken cancellationToken)
    {
        if (_row is not { Life: { IsErasing: true, ErasedAt: { } decided } } row)
            return;
        // Out of the index first: nobody adopts what is being erased.
        if (row.AppId is { } app)
            await InstallationIndex.RemoveAsync(actors, app, self.Key, row.Sites, cancellationToken);

        var request = new ErasureRequest(decided);
        var pages = MostPagesOfATurn;
        var queue = actors.Get<IWorkQueue>(self.Key);
        var isEmpty = (await queue.EraseAsync(request, cancellationToken)).IsComplete;
        // What is issued from now on waits there until the installation has begun anew.
        await queue.SwitchAsync(new(IsStopped: true), cancellationToken);
        while (!isEmpty)
        {
            if (--pages == 0)
                return;
            isEmpty = (await queue.EraseAsync(request, cancellationToken)).IsComplete;
        }
        var documents = actors.Get<ISiteStateActor>(self.Key);
        while (!(await documents.EraseAsync(request, cancellationToken)).IsComplete)
            if (--pages == 0)
                return;
        // Whoever would have given them back forgets them now.
        if (row.AppId is { } slots)
            await actors.Get<IRealmMigrationSlots>(slots).ReturnAsync(new(self.Key, null), cancellationToken);
        await actors.Get<IOfflineUsers>(self.Key).EraseAsync(OfflineTokenErasure.Instance, cancellationToken);
        var migrations = actors.Get<IRealmMigrationActor>(self.Key);
        while (!(await migrations.EraseAsync(request, cancellationToken)).IsComplete)
            if (--pages == 0)
                return;
        await actors.Get<ICallGate>(self.Key).EraseAsync(GateQuery.Instance, cancellationToken);

        var own = new List<RowChange>();
        await foreach (var stored in self.Rows.AllAsync("", cancellationToken))
            if (stored.Name != LifeRow.Name)
                own.Add(new(stored.Name, null));
        foreach (var batch in own.Chunk(IActorRows.MostChanges))
            await self.Rows.CommitAsync(batch);
        (_facts, _system, _users) = (null, null, null);
        await CommitAsync([], new() { Life = row.Life with { IsErasing = false }, Alarm = row.Alarm }, null);
        Log.Erased(logger, self.Key);
    }

    private async Task AdoptSomeAsync(CancellationToken cancellationToken)
    {
        for (var pages = 0; pages < MostPagesOfATurn; pages++)
        {
            if (_row is not { Life: { State: LifeState.Installed or LifeState.Active, Adoption: { IsComplete: false } adoption } } row)
                return;
            var page = await actors.Get<ISiteStateActor>(adoption.From).ExportAsync(new(row.AdoptAfter), cancellationToken);
            var made = await actors.Get<ISiteStateActor>(self.Key).AdoptAsync(new(page.Rows, adoption.DecidedAt), cancellationToken);
            adoption = adoption with
            {
                IsComplete = page.Next is null,
                Copied = adoption.Copied + made.Copied,
                Kept = adoption.Kept + made.Kept,
            };
            await CommitAsync([], row with { Life = row.Life with { Adoption = adoption }, AdoptAfter = page.Next }, null);
            if (adoption.IsComplete)
                Log.Adopted(logger, self.Key, adoption.From, adoption.Copied, adoption.Kept);
        }
    }

    private static ForgeException IsBeingErased() =>
        new(ForgeErrorCode.Unavailable, "The data of this installation is being erased. Try again in some seconds.") { RetryAfter = TimeSpan.FromSeconds(5) };
}
