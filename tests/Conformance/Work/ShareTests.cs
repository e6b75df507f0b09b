using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>How sites share a process.</summary>
public abstract class ShareTests(ActorHost host) : WorkTests(host)
{
    /// <summary>How many items a noisy site has. A host that writes an actor whole takes fewer.</summary>
    protected virtual int Many => 10_000;

    [Fact]
    public async Task A_site_with_very_many_items_does_not_keep_one_with_a_single_item_waiting()
    {
        using var changed = Options(options => options.PerSite = 64);
        var (noisy, quiet) = (new Site(), new Site());
        await AdmitAsync(noisy);
        await AdmitAsync(quiet);
        var (many, one) = (new WorkProbe(), new WorkProbe((_, _) => Task.CompletedTask));
        await AcceptAllAsync(noisy, Enumerable.Range(0, Many).Select(_ => Item(key: many.Key)));
        var runs = new Queue<ProbedRun>();
        for (var i = 0; i < 64; i++)
            runs.Enqueue(await many.NowAsync());

        await AcceptAsync(quiet, Item(key: one.Key));
        var before = many.Count;
        var urgent = one.NextAsync();
        for (var ended = 0; !urgent.IsCompleted; ended++)
        {
            ended.ShouldBeLessThan(10);
            runs.Dequeue().Finish();
            await Task.WhenAny(urgent, many.NowAsync());
        }
        (many.Count - before).ShouldBeLessThan(10);

        while (!(await Queue(noisy).EraseAsync(new(Now))).IsComplete)
        {
        }
        many.Release();
    }

    [Fact]
    public async Task A_process_runs_no_more_at_once_than_it_may_and_in_the_end_all()
    {
        var probe = new WorkProbe();
        var sites = Enumerable.Range(0, 20 * Host.Processes.Count).Select(_ => new Site()).ToList();
        foreach (var site in sites)
        {
            await AdmitAsync(site);
            await AcceptAllAsync(site, Enumerable.Range(0, 9).Select(_ => Item(key: probe.Key)));
        }
        var isFull = false;
        while (!isFull)
        {
            // Where a site's work is run the host decides; of so many one process at least has more than enough.
            await probe.NowAsync();
            var queues = await Task.WhenAll(sites.Select(HowIsAsync));
            queues.ShouldAllBe(queue => queue.Running <= 8);
            var processes = queues.SelectMany(queue => queue.Runs).CountBy(run => run.Process).Select(process => process.Value).ToList();
            processes.Max().ShouldBeLessThanOrEqualTo(64);
            isFull = processes.Max() == 64;
        }
        probe.Release();
        foreach (var site in sites)
            await IsDoneAsync(site);
        probe.Count.ShouldBe(9 * sites.Count);
    }
}
