using System.Globalization;
using ForgeOrleans.Documents;

namespace TaskBoard;

/// <summary>
/// What handlers of work have done for a site: an entry for every run, in the order in which they started. An entry is there before its handler does
/// anything, so that a run that a crash has ended is seen too: it has no end.
/// </summary>
/// <remarks>
/// Entries are numbered, and the number is counted up in the commit that writes the entry. So no entry ever appears in front of one that somebody has
/// read already, and the one that has become too old goes in the same commit, without looking for it.
/// </remarks>
public sealed class ActivityLog(SiteState state, IConfiguration configuration, TimeProvider clock)
{
    private const string Counter = "runs";

    // How many entries a site keeps.
    private readonly int _most = configuration.GetValue("TaskBoard:ActivityEntries", 10_000);

    /// <summary>Writes the entry of a run that starts.</summary>
    public async Task<RecordedRun> StartAsync(string itemId, string kind, string key, int attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            var counter = await Counters.GetAsync(Counter, cancellationToken);
            var number = (counter?.Value.Runs ?? 0) + 1;
            var entry = new ActivityEntry(itemId, kind, key, attempt, clock.GetUtcNow(), null);
            try
            {
                var version = await state.CommitAsync(
                    [
                        Counters.Put(Counter, new(number), counter?.Version ?? 0),
                        Entries.Put(Key(number), entry),
                        .. number > _most ? [Entries.Delete(Key(number - _most))] : Array.Empty<DocumentChange>(),
                    ],
                    cancellationToken);
                return new(number, version, entry);
            }
            catch (DocumentConflictException)
            {
                // Another run, which started at the same time, has got this number.
            }
        }
    }

    /// <summary>Adds to the entry of a run that it has ended, whichever way.</summary>
    public async Task FinishAsync(RecordedRun run)
    {
        try
        {
            // The handler may have been told to stop; that it has is to be known all the same.
            await Entries.PutAsync(Key(run.Number), run.Entry with { FinishedAt = clock.GetUtcNow() }, run.Version, CancellationToken.None);
        }
        catch (DocumentConflictException)
        {
            // It ran for so long that its entry is gone.
        }
    }

    /// <summary>Lists entries, the oldest first.</summary>
    public async Task<ActivityPage> ListAsync(long after, int limit, CancellationToken cancellationToken)
    {
        var page = await Entries.ListAsync(limit: limit, after: Key(after), cancellationToken: cancellationToken);
        return new([.. page.Documents.Select(document => document.Value)], page.Next);
    }

    private DocumentCollection<ActivityEntry> Entries => state.Collection<ActivityEntry>("activity");

    private DocumentCollection<ActivityCount> Counters => state.Collection<ActivityCount>("activity-count");

    private static string Key(long number) => number.ToString("D15", CultureInfo.InvariantCulture);

    private sealed record ActivityCount(long Runs);
}

/// <summary>A run of a handler. <c>Kind</c> is one of <see cref="ForgeOrleans.Work.WorkKind"/>.</summary>
public sealed record ActivityEntry(string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);

public sealed record ActivityPage(IReadOnlyList<ActivityEntry> Activity, string? NextCursor);

/// <summary>A run whose entry has been written, with the version that the entry has.</summary>
public sealed record RecordedRun(long Number, long Version, ActivityEntry Entry);
