using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;

namespace ForgeOrleans.Audit;

/// <summary>Keeps the audit log in rows, one for each entry, whose names put the newest first.</summary>
/// <param name="self">The actor's rows.</param>
public class AuditLogActor(ActorContext self) : IAuditLog
{
    /// <summary>How many entries are kept at least; the oldest beyond them go.</summary>
    public const int KeptEntries = 10_000;

    // So that not every new entry reads the whole log to find its end.
    private const int Overdraft = 1_000;
    // How much of the log one call looks through for the entries of one installation.
    private const int MostRead = 1_000;
    private const string Prefix = "entry/";

    private int? _count;

    /// <inheritdoc/>
    public async Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken = default)
    {
        var name = Name(entry);
        var isNew = await self.Rows.ReadAsync(name, cancellationToken) is null;
        _count ??= await self.Rows.CountAsync(Prefix, cancellationToken);
        await self.Rows.CommitAsync([new(name, StoredJson.Write(entry))]);
        if (isNew && ++_count > KeptEntries + Overdraft)
            await TrimAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AuditPage> ListAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        var limit = Math.Clamp(query.Limit, 1, MostRead);
        var page = await self.Rows.ListAsync(
            new(Prefix, query.After is null ? null : Prefix + query.After, query.InstallationId is null ? limit : MostRead), cancellationToken);
        var found = new List<AuditedEntry>();
        foreach (var row in page.Rows)
        {
            var entry = StoredJson.Read<AuditEntry>(row.Value)!;
            if (query.InstallationId is { } wanted && wanted != entry.InstallationId)
                continue;
            if (found.Count == limit)
                return new(found, found[^1].Position);
            found.Add(new(row.Name[Prefix.Length..], entry));
        }
        return new(found, page.Next?[Prefix.Length..]);
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var row in self.Rows.AllAsync(Prefix, cancellationToken))
            names.Add(row.Name);
        foreach (var batch in names.Skip(KeptEntries).Chunk(IActorRows.MostChanges))
            await self.Rows.CommitAsync([.. batch.Select(name => new RowChange(name, null))]);
        _count = Math.Min(names.Count, KeptEntries);
    }

    private static string Name(AuditEntry entry) => $"{Prefix}{long.MaxValue - entry.At.ToUnixTimeMilliseconds():x16}/{entry.Id}";
}
