using System.Text;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What the tests of a site's work have in common.</summary>
public abstract class WorkTests(ActorHost host) : ActorTests(host)
{
    // Looks, not seconds: on a busy machine each takes as much longer as what it waits for.
    private const int MostLooks = 3_000;
    private static int _items;

    protected static WorkItem Item(string? orderingKey = null, string kind = WorkKind.Job, string key = "job", string payload = "{}") => new()
    {
        // As those of the library are, in the order in which they were made.
        ItemId = Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(Interlocked.Increment(ref _items))).ToString(),
        Kind = kind,
        Key = key,
        OrderingKey = orderingKey,
        Payload = Encoding.UTF8.GetBytes(payload),
    };

    /// <summary>Changes how work is run, in all processes, until it is disposed of.</summary>
    protected IDisposable Options(Action<WorkOptions> change)
    {
        var all = Host.Processes.Select(process => process.GetRequiredService<IOptions<WorkOptions>>().Value).ToList();
        all.ForEach(change);
        return new Restored(all);
    }

    protected IWorkQueue Queue(Site site) => Actor<IWorkQueue>(site.Id);

    protected async Task<AcceptedItem> AcceptAsync(Site site, WorkItem item) => (await Queue(site).AcceptAsync(new([item]))).Items.ShouldHaveSingleItem();

    protected async Task AcceptAllAsync(Site site, IEnumerable<WorkItem> items)
    {
        foreach (var batch in items.Chunk(WorkBatch.MostItems))
            await Queue(site).AcceptAsync(new(batch));
    }

    protected Task<QueueDescription> HowIsAsync(Site site) => Queue(site).DescribeAsync(QueueRequest.Instance);

    /// <summary>Waits until a queue stands as it shall: what a runner reports, nobody signals.</summary>
    protected async Task<QueueDescription> BecomesAsync(Site site, Func<QueueDescription, bool> condition)
    {
        for (var looks = 1; ; looks++)
        {
            var queue = await HowIsAsync(site);
            if (condition(queue))
                return queue;
            looks.ShouldBeLessThan(MostLooks, $"the queue stands like this: {queue}");
            await Task.Delay(5);
            // A runner whose report could not be made tries again after a second of the host's own time.
            if (looks % 500 == 0)
                Clock.Advance(TimeSpan.FromSeconds(2));
        }
    }

    protected Task<QueueDescription> IsDoneAsync(Site site) => BecomesAsync(site, queue => queue is { Waiting: 0, Running: 0 });

    protected async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(Site site) => (await Queue(site).ListDeadLettersAsync(new())).DeadLetters;

    private sealed class Restored(List<WorkOptions> all) : IDisposable
    {
        public void Dispose()
        {
            var standard = new WorkOptions();
            foreach (var options in all)
                (options.Attempts, options.PerSite, options.LongestSilence, options.MostWaiting, options.MostSchedules, options.StopAfter) =
                    (standard.Attempts, standard.PerSite, standard.LongestSilence, standard.MostWaiting, standard.MostSchedules, standard.StopAfter);
        }
    }
}
