using System.Runtime.CompilerServices;

namespace ForgeOrleans.Hosting;

/// <summary>Listings that are longer than a page.</summary>
internal static class RowListing
{
    /// <summary>Lists all rows whose names begin with a prefix, page after page.</summary>
    public static async IAsyncEnumerable<ActorRow> AllAsync(
        this IActorRows rows, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await rows.ListAsync(new(prefix, after), cancellationToken);
            foreach (var row in page.Rows)
                yield return row;
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Deletes all rows whose names begin with a prefix, batch after batch.</summary>
    public static async Task DeleteAllAsync(this IActorRows rows, string prefix, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var row in rows.AllAsync(prefix, cancellationToken))
            names.Add(row.Name);
        foreach (var batch in names.Chunk(IActorRows.MostChanges))
            await rows.CommitAsync([.. batch.Select(name => new RowChange(name, null))]);
    }

    /// <summary>Counts the rows whose names begin with a prefix.</summary>
    public static async ValueTask<int> CountAsync(this IActorRows rows, string prefix, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in rows.AllAsync(prefix, cancellationToken))
            count++;
        return count;
    }
}
