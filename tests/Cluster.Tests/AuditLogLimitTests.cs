using ForgeOrleans.Audit;
using ForgeOrleans.Cluster.Tests.Versions;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>The audit log does not grow for ever.</summary>
public sealed class AuditLogLimitTests
{
    [Fact]
    public async Task The_oldest_entries_go_once_there_are_many_and_the_newest_stay()
    {
        var rows = new RowsInMemory();
        var log = new AuditLogActor(rows.Self);
        const int all = AuditLogActor.KeptEntries + 1_500;
        for (var i = 0; i < all; i++)
            await log.RecordAsync(new($"{i}", Samples.Issued.AddSeconds(i), null, "installation.erase", Samples.InstallationId, null, AuditOutcome.Succeeded));

        var kept = new List<string>();
        string? after = null;
        do
        {
            var page = await log.ListAsync(new(After: after, Limit: 1_000));
            kept.AddRange(page.Entries.Select(entry => entry.Entry.Id));
            after = page.Next;
        }
        while (after is not null);

        kept.Count.ShouldBeInRange(AuditLogActor.KeptEntries, AuditLogActor.KeptEntries + 1_000);
        kept.ShouldBe(Enumerable.Range(0, all).Reverse().Take(kept.Count).Select(i => $"{i}"));
    }
}
