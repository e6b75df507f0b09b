using System.Text.Json;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.RealmMigrations;

/// <summary>Keeps a row for each slot that is taken. One whose time is over is thrown away when somebody asks for one.</summary>
/// <param name="self">The actor's rows.</param>
/// <param name="options">How many slots there are.</param>
/// <param name="clock">Tells whose time is over.</param>
public class RealmMigrationSlotsActor(ActorContext self, IOptions<RealmMigrationOptions> options, TimeProvider clock) : IRealmMigrationSlots
{
    private const string All = "slot/";

    /// <inheritdoc/>
    public async Task<SlotAnswer> TakeAsync(SlotRequest request, CancellationToken cancellationToken = default)
    {
        var own = Name(request.InstallationId, request.MigrationId);
        var (now, taken) = (clock.GetUtcNow(), 0);
        var changes = new List<RowChange> { new(own, JsonSerializer.SerializeToUtf8Bytes(new(request.Until), MigrationJson.Default.SlotRow)) };
        await foreach (var row in self.Rows.AllAsync(All, cancellationToken))
        {
            var isHeld = JsonSerializer.Deserialize(row.Value.Span, MigrationJson.Default.SlotRow)!.Until > now;
            if (isHeld && row.Name == own)
                return new(true);
            if (isHeld)
                taken++;
            else if (row.Name != own && changes.Count < IActorRows.MostChanges)
                changes.Add(new(row.Name, null));
        }
        if (taken >= options.Value.AtOnce)
            return new(false);
        await self.Rows.CommitAsync(changes);
        return new(true);
    }

    /// <inheritdoc/>
    public async Task ReturnAsync(SlotReturn request, CancellationToken cancellationToken = default)
    {
        if (request.MigrationId is not { } migration)
        {
            await self.Rows.DeleteAllAsync(Name(request.InstallationId, ""), cancellationToken);
            return;
        }
        var name = Name(request.InstallationId, migration);
        if (await self.Rows.ReadAsync(name, cancellationToken) is not null)
            await self.Rows.CommitAsync([new(name, null)]);
    }

    private static string Name(string installationId, string migrationId) => $"{All}{installationId}/{migrationId}";
}
