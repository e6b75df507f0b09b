using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What else an operator, and the life of an installation, do with its work.</summary>
public abstract class WorkOperationTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task Of_a_site_that_is_stopped_nothing_runs_and_all_goes_on_later()
    {
        await AcceptAllAsync(_site, [Item(), Item() with { NotBefore = Now.AddMinutes(1) }]);
        await Queue(_site).SetScheduleAsync(new() { Name = "sync", Job = "job", Every = TimeSpan.FromMinutes(5) });
        await Queue(_site).SwitchAsync(new(true));
        await AcceptAsync(_site, Item());
        await Host.RestartAsync(TimeSpan.FromMinutes(30));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await Task.Delay(50);
        await NothingRunsAsync(_site);
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.IsStopped.ShouldBeTrue(), q => q.Waiting.ShouldBe(3));

        await Queue(_site).SwitchAsync(new(false));
        var ran = 0;
        for (var i = 0; i < 200 && ran < 4; i++)
        {
            ran += (await RunAllAsync(_site)).Count;
            await Task.Delay(10);
        }
        ran.ShouldBe(4);
    }

    [Fact]
    public async Task Of_a_site_that_is_stopped_a_change_in_its_life_that_waits_for_a_handler_is_looked_at_again()
    {
        await AcceptAsync(_site, Change("uninstalled"));
        await Queue(_site).SwitchAsync(new(true));
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.NoHandler);
        (await HowIsAsync(_site)).WaitingForHandler.ShouldBeTrue();

        (await NextAsync(_site, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(8))).Item.Key.ShouldBe("uninstalled");
    }

    [Fact]
    public async Task Of_a_site_that_is_stopped_a_change_in_its_life_waits_for_no_token_and_holds_up_the_next_one_no_longer_than_its_attempts()
    {
        using var changed = Options(options => options.Attempts = 2);
        await AcceptAllAsync(_site, [Change("installed"), Change("uninstalled"), Item()]);
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.NoToken);
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.NoToken);
        (await HowIsAsync(_site)).WaitingForToken.ShouldBeTrue();
        await Queue(_site).SwitchAsync(new(true));

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var lease = await NextAsync(_site, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(8));
            (lease.Item.Key, lease.Attempt).ShouldBe(("installed", attempt));
            await EndAsync(_site, lease, WorkOutcome.NoToken);
        }
        (await LeaseAsync(_site)).Item.Key.ShouldBe("uninstalled");
        (await DeadLettersAsync(_site)).ShouldHaveSingleItem().Item.Key.ShouldBe("installed");
    }

    [Fact]
    public async Task What_runs_when_a_site_is_stopped_is_told_to_end_and_that_was_no_attempt()
    {
        await AcceptAllAsync(_site, [Item(), Change("uninstalled")]);
        var (change, job) = (await LeaseAsync(_site), await LeaseAsync(_site));
        change.Item.Kind.ShouldBe(WorkKind.Lifecycle);
        await Queue(_site).SwitchAsync(new(true));

        (await RenewAsync(_site, change)).ShouldBeTrue();
        (await RenewAsync(_site, job)).ShouldBeFalse();
        (await EndAsync(_site, job)).ShouldBeFalse();
        await NothingRunsAsync(_site);
        (await EndAsync(_site, change)).ShouldBeTrue();
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Running.ShouldBe(0), q => q.Waiting.ShouldBe(1));

        await Queue(_site).SwitchAsync(new(false));
        var again = await LeaseAsync(_site);
        (again.Item.ItemId, again.Attempt).ShouldBe((job.Item.ItemId, 1));
    }

    [Fact]
    public async Task An_erasure_leaves_nothing_but_that_it_was_and_refuses_what_was_sent_before()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 150).Select(i => Item(i % 3 == 0 ? "line" : null) with { DeduplicationKey = $"k{i}" }));
        await AcceptAsync(_site, Item() with { NotBefore = Now.AddDays(1) });
        await Queue(_site).SetScheduleAsync(new() { Name = "sync", Job = "job", Every = TimeSpan.FromMinutes(5) });
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.FailedForGood);
        var lease = await LeaseAsync(_site);
        await SaveAsync(_site, lease, "1");
        var before = Item() with { Origin = new(Now) };
        var handlersOwn = Item() with { AcceptedAt = Now };
        var begun = Now;
        var decided = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));

        var first = await Queue(_site).EraseAsync(new(decided));
        first.IsComplete.ShouldBeFalse();
        (await Should.ThrowAsync<ForgeException>(() => AcceptAsync(_site, Item()))).ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(ForgeErrorCode.Unavailable), e => e.RetryAfter.ShouldNotBeNull());
        await NothingRunsAsync(_site);
        while (!(await Queue(_site).EraseAsync(new(decided))).IsComplete)
        {
        }

        (await Queue(_site).ExportAsync(new())).Rows.ShouldHaveSingleItem().Name.ShouldBe("queue");
        (await EndAsync(_site, lease)).ShouldBeFalse();
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(
            q => q.Waiting.ShouldBe(0), q => q.Running.ShouldBe(0), q => q.DeadLetters.ShouldBe(0), q => q.Schedules.ShouldBeEmpty());
        foreach (var late in new[] { before, handlersOwn })
            (await Should.ThrowAsync<ForgeException>(() => AcceptAsync(_site, late))).Code.ShouldBe(ForgeErrorCode.Forbidden);

        // A handler that began before it may go on for long.
        (await Should.ThrowAsync<ForgeException>(() => Of(begun).EnqueueAsync("job", 1))).Code.ShouldBe(ForgeErrorCode.Forbidden);
        (await Should.ThrowAsync<ForgeException>(() => Of(begun).ScheduleAsync("sync", WorkTime.Every(TimeSpan.FromMinutes(5)), "job", 1))).Code.ShouldBe(ForgeErrorCode.Forbidden);
        (await Queue(_site).ExportAsync(new())).Rows.ShouldHaveSingleItem().Name.ShouldBe("queue");
        await Of(Now).ScheduleAsync("sync", WorkTime.Every(TimeSpan.FromMinutes(5)), "job", 1);
        await Of(Now).UnscheduleAsync("sync");

        await Of(Now).EnqueueAsync("job", 1);
        (await Queue(_site).EraseAsync(new(decided))).IsComplete.ShouldBeTrue("decided once, it erases nothing that came later");
        (await RunAllAsync(_site)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_erasure_that_nobody_goes_on_with_goes_on_by_itself()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 150).Select(_ => Item()));
        (await Queue(_site).EraseAsync(new(Now))).IsComplete.ShouldBeFalse();
        for (var i = 0; i < 60 && await RowsAsync() > 1; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(20);
        }
        (await RowsAsync()).ShouldBe(1);

        async Task<int> RowsAsync() => (await Queue(_site).ExportAsync(new())).Rows.Count;
    }

    [Fact]
    public async Task An_export_has_all_that_is_kept_page_after_page()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 300).Select(i => Item(payload: $$"""{"number":{{i}}}""")));
        var names = new List<string>();
        var payloads = new HashSet<int>();
        string? after = null;
        do
        {
            var page = await Queue(_site).ExportAsync(new(after));
            foreach (var row in page.Rows)
            {
                names.Add(row.Name);
                if (row.Name.StartsWith("item/", StringComparison.Ordinal))
                    payloads.Add(row.Value.GetProperty("payload").GetProperty("number").GetInt32());
            }
            after = page.Next;
        }
        while (after is not null);
        payloads.Count.ShouldBe(300);
        names.Distinct().Count().ShouldBe(names.Count);
    }

    [Fact]
    public async Task A_site_with_too_much_waiting_is_refused_more_and_loses_nothing()
    {
        using var changed = Options(options => options.MostWaiting = 5);
        await AcceptAllAsync(_site, Enumerable.Range(0, 5).Select(_ => Item()));
        var refused = await Should.ThrowAsync<ForgeException>(() => Queue(_site).AcceptAsync(new([Item(), Item()])));
        (refused.Code, refused.RetryAfter).ShouldBe((ForgeErrorCode.Unavailable, TimeSpan.FromMinutes(1)));
        (await HowIsAsync(_site)).Waiting.ShouldBe(5);
        (await RunAllAsync(_site)).Count.ShouldBe(5);
        await AcceptAsync(_site, Item());
    }

    [Fact]
    public async Task A_site_with_too_much_waiting_still_takes_a_change_in_its_life()
    {
        using var changed = Options(options => options.MostWaiting = 2);
        await AcceptAllAsync(_site, [Item(), Item()]);
        await Should.ThrowAsync<ForgeException>(() => Queue(_site).AcceptAsync(new([Change("upgraded"), Item()])));
        await AcceptAsync(_site, Change("uninstalled"));
        (await LeaseAsync(_site)).Item.Key.ShouldBe("uninstalled");
    }

    [Fact]
    public async Task A_token_that_came_while_the_work_ran_lets_it_go_on_at_once()
    {
        await AcceptAllAsync(_site, [Item(), Item()]);
        var (one, two) = (await LeaseAsync(_site), await LeaseAsync(_site));
        await EndAsync(_site, one, WorkOutcome.NoToken, "no token");
        await NothingRunsAsync(_site);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Queue(_site).ResumeAsync(ResumeRequest.Instance);
        await EndAsync(_site, two, WorkOutcome.NoToken, "no token");

        var leases = (await LeaseAllAsync(_site)).Leases;
        leases.Select(lease => lease.Attempt).ShouldBe([1, 1]);
        foreach (var lease in leases)
            await EndAsync(_site, lease, WorkOutcome.NoToken);
        await NothingRunsAsync(_site);
    }

    [Fact]
    public async Task However_many_wait_for_a_token_all_go_on()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 120).Select(_ => Item()));
        while (await LeaseAllAsync(_site) is { Leases: { Count: > 0 } leases })
            foreach (var lease in leases)
                await EndAsync(_site, lease, WorkOutcome.NoToken);
        await Queue(_site).ResumeAsync(ResumeRequest.Instance);
        var ran = 0;
        for (var i = 0; i < 500 && ran < 120; i++)
        {
            ran += (await RunAllAsync(_site)).Count;
            await Task.Delay(10);
        }
        ran.ShouldBe(120);
    }

    [Fact]
    public async Task The_oldest_that_waits_or_runs_is_known()
    {
        var first = Now;
        await AcceptAsync(_site, Item("line"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AcceptAsync(_site, Item("line"));
        await AcceptAsync(_site, Item());
        (await HowIsAsync(_site)).OldestAcceptedAt.ShouldBe(first);
        var lease = await LeaseAsync(_site);
        (await HowIsAsync(_site)).OldestAcceptedAt.ShouldBe(first);
        await EndAsync(_site, lease);
        (await HowIsAsync(_site)).OldestAcceptedAt.ShouldBe(first.AddMinutes(1));
    }

    private static WorkItem Change(string change) => Item("lifecycle", WorkKind.Lifecycle, change);

    // The handle of a handler whose invocation began then.
    private SiteWork Of(DateTimeOffset issuedAt)
    {
        var handler = Host.Services.CreateScope().ServiceProvider;
        handler.GetRequiredService<HandlerScope>().Bind(_site.Invocation(issuedAt), default, Now.AddSeconds(24));
        return handler.GetRequiredService<SiteWork>();
    }
}
