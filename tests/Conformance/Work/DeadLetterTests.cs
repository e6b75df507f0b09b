using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What an operator does with what was parked.</summary>
public abstract class DeadLetterTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task A_replayed_item_goes_last_in_its_line_and_gets_all_its_attempts_again()
    {
        var (first, second, third) = (Item("line"), Item("line"), Item("line"));
        await AcceptAllAsync(_site, [first, second, third]);
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            var lease = await LeaseAsync(_site);
            lease.Item.ItemId.ShouldBe(first.ItemId);
            await EndAsync(_site, lease, WorkOutcome.Failed);
            if (attempt < 8)
                Clock.Advance(TimeSpan.FromMinutes(15));
        }
        (await Queue(_site).ReplayAsync(new(first.ItemId))).ShouldBe(new(1, false));
        (await DeadLettersAsync(_site)).ShouldBeEmpty();
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Waiting.ShouldBe(3), q => q.DeadLetters.ShouldBe(0));

        foreach (var item in new[] { second, third })
        {
            var lease = await LeaseAsync(_site);
            lease.Item.ItemId.ShouldBe(item.ItemId);
            await EndAsync(_site, lease);
        }
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            var lease = await LeaseAsync(_site);
            (lease.Item.ItemId, lease.Attempt, lease.Item.IsReplayed).ShouldBe((first.ItemId, attempt, true));
            await EndAsync(_site, lease, WorkOutcome.Failed);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
        (await DeadLettersAsync(_site)).ShouldHaveSingleItem().Attempts.ShouldBe(8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replayed_item_goes_on_from_its_checkpoint(bool hasOthersInFront)
    {
        var item = Item("line");
        await AcceptAsync(_site, item);
        var lease = await LeaseAsync(_site);
        (await SaveAsync(_site, lease, "7")).ShouldBeTrue();
        await EndAsync(_site, lease, WorkOutcome.FailedForGood);
        if (hasOthersInFront)
            await AcceptAsync(_site, Item("line"));
        await Queue(_site).ReplayAsync(new(item.ItemId));
        if (hasOthersInFront)
            await EndAsync(_site, await LeaseAsync(_site));

        lease = await LeaseAsync(_site);
        (lease.Item.ItemId, Text(lease.Checkpoint)).ShouldBe((item.ItemId, "7"));
        await EndAsync(_site, lease);
        (await Queue(_site).ExportAsync(new())).Rows.ShouldNotContain(row => row.Name.StartsWith("checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_discarded_item_is_gone_with_its_checkpoint()
    {
        var item = Item();
        await AcceptAsync(_site, item);
        var lease = await LeaseAsync(_site);
        await SaveAsync(_site, lease, "7");
        await EndAsync(_site, lease, WorkOutcome.FailedForGood);

        await Should.ThrowAsync<Exception>(() => Queue(_site).DiscardAsync(new()));
        (await HowIsAsync(_site)).DeadLetters.ShouldBe(1, "only what is named is thrown away");
        (await Queue(_site).DiscardAsync(new(item.ItemId))).ShouldBe(new(1, false));
        (await Queue(_site).DiscardAsync(new(item.ItemId))).ShouldBe(new(0, false));
        (await Queue(_site).ReplayAsync(new(item.ItemId))).ShouldBe(new(0, false));

        (await HowIsAsync(_site)).DeadLetters.ShouldBe(0);
        await NothingRunsAsync(_site);
        (await Queue(_site).ExportAsync(new())).Rows.ShouldNotContain(row => row.Name.Contains(item.ItemId));
    }

    [Fact]
    public async Task All_dead_letters_are_listed_in_pages_and_replayed_some_at_a_time()
    {
        var items = Enumerable.Range(0, 65).Select(_ => Item()).ToList();
        foreach (var item in items)
            await ParkAsync(_site, item);

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = await Queue(_site).ListDeadLettersAsync(new(after, 20));
            page.DeadLetters.Count.ShouldBeLessThanOrEqualTo(20);
            listed.AddRange(page.DeadLetters.Select(dead => dead.Item.ItemId));
            after = page.Next;
        }
        while (after is not null);
        listed.ShouldBe(items.Select(item => item.ItemId), "the oldest first");

        var counts = new List<int>();
        var (answer, before) = (new DeadLetterAnswer(0, true), Now);
        do
            counts.Add((answer = await Queue(_site).ReplayAsync(new(After: answer.Next, Before: before))).Count);
        while (answer.HasMore);
        answer.Next.ShouldBeNull();
        counts.Sum().ShouldBe(65);
        (await RunAllAsync(_site)).Order().ShouldBe(listed.Order());
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Waiting.ShouldBe(0), q => q.DeadLetters.ShouldBe(0));
    }

    [Fact]
    public async Task Of_all_that_are_replayed_each_is_replayed_once_though_the_first_fail_again_meanwhile()
    {
        foreach (var item in Enumerable.Range(0, 40).Select(_ => Item()).ToList())
            await ParkAsync(_site, item);
        var (ran, answer, before) = (new List<string>(), new DeadLetterAnswer(0, true), Now);
        while (answer.HasMore)
        {
            answer = await Queue(_site).ReplayAsync(new(After: answer.Next, Before: before));
            Clock.Advance(TimeSpan.FromSeconds(1));
            while (await LeaseAllAsync(_site) is { Leases: { Count: > 0 } leases })
                foreach (var lease in leases)
                {
                    ran.Add(lease.Item.ItemId);
                    await EndAsync(_site, lease, WorkOutcome.FailedForGood);
                }
        }
        ran.Count.ShouldBe(40);
        ran.ShouldBeUnique();
        // A call that is made again: what was parked since is not touched.
        (await Queue(_site).ReplayAsync(new(Before: before))).Count.ShouldBe(0);
        (await HowIsAsync(_site)).DeadLetters.ShouldBe(40);
    }
}
