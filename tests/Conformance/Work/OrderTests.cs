using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What runs after what, and what beside it.</summary>
public abstract class OrderTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task Items_of_one_key_run_one_after_another_in_the_order_in_which_they_came()
    {
        var items = Enumerable.Range(0, 40).Select(_ => Item("issue/1")).ToList();
        await AcceptAllAsync(_site, items);
        foreach (var item in items)
        {
            var lease = (await LeaseAllAsync(_site)).Leases.ShouldHaveSingleItem();
            lease.Item.ItemId.ShouldBe(item.ItemId);
            await EndAsync(_site, lease);
        }
        await NothingRunsAsync(_site);
    }

    [Fact]
    public async Task An_item_joins_its_line_though_nobody_remembers_it()
    {
        var (first, second, third) = (Item("issue/1"), Item("issue/1"), Item("issue/1"));
        await AcceptAsync(_site, first);
        // More than are kept in mind.
        for (var i = 2; i < 50; i++)
            await AcceptAsync(_site, Item($"issue/{i}"));
        await AcceptAsync(_site, second);
        await Host.RestartAsync();
        await AcceptAsync(_site, third);

        (await RunAllAsync(_site)).Where(id => id == first.ItemId || id == second.ItemId || id == third.ItemId)
            .ShouldBe([first.ItemId, second.ItemId, third.ItemId]);
    }

    [Fact]
    public async Task A_line_that_has_run_empty_begins_anew_while_others_wait()
    {
        await AcceptAllAsync(_site, [Item("issue/1"), Item("issue/2"), Item("issue/2")]);
        await EndAsync(_site, await LeaseAsync(_site));
        var again = Item("issue/1");
        await AcceptAsync(_site, again);

        (await LeaseAllAsync(_site)).Leases.ShouldContain(lease => lease.Item.ItemId == again.ItemId);
    }

    [Fact]
    public async Task A_key_is_held_through_backoff_and_released_by_parking()
    {
        var (first, second) = (Item("issue/1"), Item("issue/1"));
        await AcceptAllAsync(_site, [first, second]);
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.Failed, retryAfter: TimeSpan.FromHours(1));
        await NothingRunsAsync(_site);
        await AcceptAsync(_site, Item("issue/1"));
        await NothingRunsAsync(_site);

        Clock.Advance(TimeSpan.FromHours(1));
        var again = await LeaseAsync(_site);
        (again.Item.ItemId, again.Attempt).ShouldBe((first.ItemId, 2));
        await EndAsync(_site, again, WorkOutcome.FailedForGood);
        var next = await LeaseAsync(_site);
        (next.Item.ItemId, next.Attempt).ShouldBe((second.ItemId, 1));
    }

    [Fact]
    public async Task A_key_is_held_while_its_item_waits_for_a_token_and_others_go_on()
    {
        var waiting = Item("issue/1");
        await AcceptAllAsync(_site, [waiting, Item("issue/1")]);
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.NoToken);
        await NothingRunsAsync(_site);

        await AcceptAllAsync(_site, [Item("issue/2"), Item()]);
        (await RunAllAsync(_site)).Count.ShouldBe(2);
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Waiting.ShouldBe(2), q => q.WaitingForToken.ShouldBeTrue());
    }

    [Fact]
    public async Task Different_keys_run_beside_each_other_up_to_the_limit_of_the_site()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? Item() : Item($"issue/{i}")));
        var work = await LeaseAllAsync(_site);
        (work.Leases.Count, work.HasMore).ShouldBe((8, true));
        (await LeaseAllAsync(_site)).ShouldSatisfyAllConditions(more => more.Leases.ShouldBeEmpty(), more => more.HasMore.ShouldBeTrue());
        await EndAsync(_site, work.Leases[3]);
        (await LeaseAllAsync(_site)).Leases.Count.ShouldBe(1);
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Running.ShouldBe(8), q => q.Waiting.ShouldBe(11));
    }

    [Fact]
    public async Task A_change_in_the_site_s_life_that_is_put_off_takes_no_room_from_what_may_run()
    {
        using var changed = Options(options => options.PerSite = 2);
        await AcceptAllAsync(_site, Enumerable.Range(0, 3).Select(i => Item($"life {i}", WorkKind.Lifecycle)));
        for (var i = 0; i < 3; i++)
            await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.Failed, retryAfter: TimeSpan.FromHours(1));
        (await LeaseAllAsync(_site)).ShouldSatisfyAllConditions(none => none.Leases.ShouldBeEmpty(), none => none.HasMore.ShouldBeFalse());

        await AcceptAllAsync(_site, Enumerable.Range(0, 3).Select(_ => Item()));
        var work = await LeaseAllAsync(_site);
        (work.Leases.Count, work.HasMore).ShouldBe((2, true));
    }

    [Fact]
    public async Task What_waits_longest_runs_first()
    {
        var items = Enumerable.Range(0, 5).Select(_ => Item()).ToList();
        foreach (var item in items)
        {
            await AcceptAsync(_site, item);
            Clock.Advance(TimeSpan.FromMilliseconds(5));
        }
        (await RunAllAsync(_site)).ShouldBe(items.Select(item => item.ItemId));
        (await LeaseAllAsync(_site)).HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task Keys_that_begin_alike_are_different_keys()
    {
        await AcceptAllAsync(_site, [Item("issue/1"), Item("issue/1/comments"), Item("issue/10"), Item("issue/1/")]);
        (await LeaseAllAsync(_site)).Leases.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Work_for_a_time_waits_for_it_and_then_in_its_line()
    {
        var later = Item("line") with { NotBefore = Now.AddHours(2) };
        var soon = Item() with { NotBefore = Now.AddMinutes(1) };
        await AcceptAllAsync(_site, [later, soon, Item("line") with { NotBefore = Now.AddMinutes(-1) }]);
        (await RunAllAsync(_site)).Count.ShouldBe(1);
        (await HowIsAsync(_site)).Waiting.ShouldBe(2);

        var lease = await NextAsync(_site, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
        lease.Item.ItemId.ShouldBe(soon.ItemId);
        await EndAsync(_site, lease);
        Now.ShouldBeGreaterThanOrEqualTo(soon.NotBefore!.Value);
        await Host.RestartAsync();
        Clock.Advance(later.NotBefore!.Value - Now - TimeSpan.FromSeconds(40));
        var first = Item("line");
        await AcceptAsync(_site, first);
        lease = await LeaseAsync(_site);
        lease.Item.ItemId.ShouldBe(first.ItemId);
        for (var i = 0; i < 10; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            (await RenewAsync(_site, lease)).ShouldBeTrue();
            await NothingRunsAsync(_site);
        }
        await EndAsync(_site, lease);
        (await NextAsync(_site, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2))).Item.ItemId.ShouldBe(later.ItemId);
    }
}
