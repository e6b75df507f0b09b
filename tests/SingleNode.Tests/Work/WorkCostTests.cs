using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.SingleNode.Tests.Work;

/// <summary>What an item costs, however many wait.</summary>
public sealed class WorkCostTests(IdleNodeFixture host) : IClassFixture<IdleNodeFixture>
{
    private readonly CountedRows _rows = new();

    [Theory]
    [InlineData(null)]
    [InlineData("line")]
    public async Task The_ten_thousandth_item_costs_what_the_tenth_did(string? orderingKey)
    {
        var queue = Activate();
        var costs = new List<(Cost Accept, Cost Run)>();
        for (var i = 1; i <= 10_000; i++)
        {
            var accept = await CostAsync(() => queue.AcceptAsync(new([Item(orderingKey)])));
            if (i is not (10 or 10_000))
                continue;
            costs.Add((accept, await CostAsync(async () =>
            {
                var lease = (await queue.LeaseAsync(new(host.Services.GetRequiredService<IProcesses>().Own, 1))).Leases.ShouldHaveSingleItem();
                await queue.ReportAsync(new(new(lease.Position, lease.LeaseId), WorkOutcome.Done));
            })));
        }
        (costs[1].Accept with { Bytes = 0 }).ShouldBe(costs[0].Accept with { Bytes = 0 });
        (costs[1].Run with { Bytes = 0 }).ShouldBe(costs[0].Run with { Bytes = 0 });
        // Whether the key is known, and whether the line has any: looked at once, by this storage before it commits and by SQLite with the commit.
        costs[0].Accept.Reads.ShouldBe(orderingKey is null ? 1 : 2);
        // A number that grew has a few digits more.
        costs[1].Accept.Bytes.ShouldBeInRange(costs[0].Accept.Bytes - 20, costs[0].Accept.Bytes + 20);
        costs[1].Run.Bytes.ShouldBeInRange(costs[0].Run.Bytes - 20, costs[0].Run.Bytes + 20);
    }

    [Fact]
    public async Task What_an_idle_site_accepts_costs_one_read_and_one_commit_of_the_item_its_place_its_key_and_the_counters()
    {
        var first = await CostAsync(() => Activate().AcceptAsync(new([Item("line")])));
        (first.Reads, first.Commits, first.RowsWritten).ShouldBe((1, 1, 4));

        // A new activation knows by one row how things stand; and looks whether it has seen the key.
        await RunAllAsync();
        var again = await CostAsync(() => Activate().AcceptAsync(new([Item("line")])));
        (again.Reads, again.Commits, again.RowsWritten).ShouldBe((2, 1, 4));
    }

    [Fact]
    public async Task Renewals_cost_nothing()
    {
        var queue = Activate();
        await queue.AcceptAsync(new([Item(null)]));
        var lease = (await queue.LeaseAsync(new(host.Services.GetRequiredService<IProcesses>().Own, 1))).Leases[0];
        (await CostAsync(() => queue.RenewAsync(new([new(lease.Position, lease.LeaseId, new(1, null))])))).ShouldBe(default);
    }

    private async Task RunAllAsync()
    {
        var queue = Activate();
        while (await queue.LeaseAsync(new(host.Services.GetRequiredService<IProcesses>().Own, 1)) is { Leases: [var lease] })
            await queue.ReportAsync(new(new(lease.Position, lease.LeaseId), WorkOutcome.Done));
    }

    private async Task<Cost> CostAsync(Func<Task> act)
    {
        var before = _rows.Cost;
        await act();
        return _rows.Cost - before;
    }

    private WorkQueueActor Activate() => new(
        new("site", _rows, _rows),
        host.Services.GetRequiredService<WorkRunner>(),
        host.Services.GetRequiredService<IProcesses>(),
        host.Services.GetRequiredService<IOptions<WorkOptions>>(),
        host.Clock);

    private static WorkItem Item(string? orderingKey) => new()
    {
        ItemId = Guid.NewGuid().ToString(),
        Kind = WorkKind.Job,
        Key = "job",
        OrderingKey = orderingKey,
        Payload = "{}"u8.ToArray(),
    };
}
