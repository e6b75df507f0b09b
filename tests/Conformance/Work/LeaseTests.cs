using System.Text;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What the tests have in common that run a site's work themselves, on a host that runs none.</summary>
public abstract class LeaseTests(ActorHost host) : WorkTests(host)
{
    protected static readonly TimeSpan Lease = new WorkOptions().Lease;

    /// <summary>A process that runs.</summary>
    protected string Process => Host.Processes[0].GetRequiredService<IProcesses>().Own;

    protected Task<LeasedWork> LeaseAllAsync(Site site, int most = 16, string? process = null) => Queue(site).LeaseAsync(new(process ?? Process, most));

    protected async Task<WorkLease> LeaseAsync(Site site, string? process = null) =>
        (await LeaseAllAsync(site, 1, process)).Leases.ShouldHaveSingleItem();

    protected async Task NothingRunsAsync(Site site) => (await LeaseAllAsync(site)).Leases.ShouldBeEmpty();

    /// <summary>Lets time pass until something may run, which a host sees to by an alarm.</summary>
    protected async Task<WorkLease> NextAsync(Site site, TimeSpan step, TimeSpan most)
    {
        for (var passed = TimeSpan.Zero; passed <= most; passed += step)
        {
            // An alarm takes a few real moments after its time has come.
            for (var i = 0; i < 3; i++)
            {
                if ((await LeaseAllAsync(site, 1)).Leases is [var lease])
                    return lease;
                await Task.Delay(10);
            }
            Clock.Advance(step);
        }
        throw new ShouldAssertException($"nothing ran within {most}");
    }

    protected async Task<bool> EndAsync(
        Site site, WorkLease lease, WorkOutcome outcome = WorkOutcome.Done, string? error = null, TimeSpan? retryAfter = null) =>
        (await Queue(site).ReportAsync(new(new(lease.Position, lease.LeaseId), outcome, error, retryAfter))).IsHeld;

    protected async Task<bool> RenewAsync(Site site, WorkLease lease, WorkProgress? progress = null) =>
        (await Queue(site).RenewAsync(new([new(lease.Position, lease.LeaseId, progress)]))).Lost.Count == 0;

    protected async Task<bool> SaveAsync(Site site, WorkLease lease, string checkpoint) =>
        (await Queue(site).SaveCheckpointAsync(new(new(lease.Position, lease.LeaseId), Encoding.UTF8.GetBytes(checkpoint)))).IsHeld;

    /// <summary>Runs all that may run now, one after the other.</summary>
    protected async Task<IReadOnlyList<string>> RunAllAsync(Site site)
    {
        var items = new List<string>();
        while (await LeaseAllAsync(site) is { Leases.Count: > 0 } work)
            foreach (var lease in work.Leases)
            {
                items.Add(lease.Item.ItemId);
                (await EndAsync(site, lease)).ShouldBeTrue();
            }
        return items;
    }

    /// <summary>Has an item fail for good.</summary>
    protected async Task ParkAsync(Site site, WorkItem item)
    {
        await AcceptAsync(site, item);
        var lease = await LeaseAsync(site);
        lease.Item.ItemId.ShouldBe(item.ItemId);
        (await EndAsync(site, lease, WorkOutcome.FailedForGood, "no use")).ShouldBeTrue();
    }

    protected static string? Text(ReadOnlyMemory<byte>? json) => json is { } utf8 ? Encoding.UTF8.GetString(utf8.Span) : null;
}
