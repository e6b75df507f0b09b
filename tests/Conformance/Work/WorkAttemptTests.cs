using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What becomes of an item: leased, done, failed, tried again, parked, given to another.</summary>
public abstract class WorkAttemptTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task What_was_accepted_is_leased_whole()
    {
        var item = Item("order", payload: """{"text":"ü","numbers":[1.50,2]}""") with
        {
            Path = "/events",
            DeduplicationKey = "only once",
            Interval = TimeSpan.FromHours(1),
            Origin = new(Now.AddSeconds(-3), "jti", "core:endpoint", "module", "4.2.0", true, "00-trace", "{\"cloudId\":\"c\"}"u8.ToArray()),
        };
        await AcceptAsync(_site, item);
        await Host.RestartAsync();

        var lease = await LeaseAsync(_site);

        Text(lease.Item.Payload).ShouldBe(Text(item.Payload));
        Text(lease.Item.Origin!.ContextJson).ShouldBe("""{"cloudId":"c"}""");
        (lease.Item with { Payload = default, Origin = null }).ShouldBe(item with { Payload = default, Origin = null, AcceptedAt = lease.Item.AcceptedAt });
        (lease.Item.Origin with { ContextJson = default }).ShouldBe(item.Origin with { ContextJson = default });
        (lease.Attempt, lease.Checkpoint).ShouldBe((1, null));
        lease.Item.AcceptedAt.ShouldBe(Now);
    }

    [Fact]
    public async Task An_item_that_is_done_is_never_run_again()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        await NothingRunsAsync(_site);
        (await EndAsync(_site, lease)).ShouldBeTrue();
        (await EndAsync(_site, lease)).ShouldBeFalse("it has ended");

        await Host.RestartAsync();
        await NothingRunsAsync(_site);
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Waiting.ShouldBe(0), q => q.Running.ShouldBe(0), q => q.OldestAcceptedAt.ShouldBeNull());
    }

    [Fact]
    public async Task The_first_retry_comes_after_five_seconds_on_average_and_ten_at_the_most()
    {
        var delays = new List<TimeSpan>();
        await AcceptAllAsync(_site, Enumerable.Range(0, 120).Select(_ => Item()));
        while (delays.Count < 120 && await LeaseAllAsync(_site, 8) is { Leases: var leases })
        {
            var failed = Now;
            foreach (var lease in leases.Where(lease => lease.Attempt == 1))
                await EndAsync(_site, lease, WorkOutcome.Failed);
            foreach (var lease in leases.Where(lease => lease.Attempt == 2))
            {
                delays.Add(Now - lease.Item.AcceptedAt);
                await EndAsync(_site, lease);
            }
            if (leases.Count == 0)
                Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        delays.Max().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(10.1));
        // Of a uniform distribution: less than two seconds of deviation with all but certainty, and some far from the middle.
        delays.Average(delay => delay.TotalSeconds).ShouldBeInRange(3.5, 6.5);
        delays.Count(delay => delay < TimeSpan.FromSeconds(2)).ShouldBeGreaterThan(4);
        delays.Count(delay => delay > TimeSpan.FromSeconds(8)).ShouldBeGreaterThan(4);
    }

    [Fact]
    public async Task Every_attempt_waits_about_twice_as_long_and_never_more_than_a_quarter_of_an_hour()
    {
        using var changed = Options(options => options.Attempts = 30);
        await AcceptAsync(_site, Item());
        var waits = new List<TimeSpan>();
        var lease = await LeaseAsync(_site);
        for (var attempt = 1; attempt < 25; attempt++)
        {
            lease.Attempt.ShouldBe(attempt);
            var failed = Now;
            await EndAsync(_site, lease, WorkOutcome.Failed);
            var step = TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, attempt) / 4));
            while ((await LeaseAllAsync(_site)).Leases is var leases)
            {
                if (leases is [var next])
                {
                    lease = next;
                    break;
                }
                Clock.Advance(step);
            }
            waits.Add(Now - failed);
            waits[^1].ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(Math.Min(900, 10 * Math.Pow(2, attempt - 1))) + step);
        }
        waits.Skip(7).Max().ShouldBeGreaterThan(TimeSpan.FromMinutes(7), "the later ones spread up to the longest");
    }

    [Fact]
    public async Task Whoever_asks_for_a_longer_wait_gets_it()
    {
        await AcceptAsync(_site, Item());
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.Failed, retryAfter: TimeSpan.FromMinutes(40));
        Clock.Advance(TimeSpan.FromMinutes(39));
        await NothingRunsAsync(_site);

        Clock.Advance(TimeSpan.FromMinutes(1));
        (await LeaseAsync(_site)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_gets_a_wait_of_more_than_a_day()
    {
        await AcceptAsync(_site, Item());
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.Failed, retryAfter: TimeSpan.FromDays(400));
        Clock.Advance(TimeSpan.FromHours(24));
        (await LeaseAsync(_site)).Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task The_eighth_failure_makes_a_dead_letter()
    {
        var item = Item();
        await AcceptAsync(_site, item);
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            var lease = await LeaseAsync(_site);
            (lease.Attempt, lease.Item.ItemId).ShouldBe((attempt, item.ItemId));
            (await DeadLettersAsync(_site)).ShouldBeEmpty();
            await EndAsync(_site, lease, WorkOutcome.Failed, $"failure {attempt}");
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
        await NothingRunsAsync(_site);
        var dead = (await DeadLettersAsync(_site)).ShouldHaveSingleItem();
        (dead.Item.ItemId, dead.Attempts, dead.Error).ShouldBe((item.ItemId, 8, "failure 8"));
        Text(dead.Item.Payload).ShouldBe("{}");
        (await HowIsAsync(_site)).ShouldSatisfyAllConditions(q => q.Waiting.ShouldBe(0), q => q.DeadLetters.ShouldBe(1));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 7)]
    public async Task A_checkpoint_that_gets_on_begins_the_count_of_failures_anew_and_keeps_the_number_of_attempts(int getsOnUntil, int isParkedAt)
    {
        using var changed = Options(options => options.Attempts = 3);
        await AcceptAsync(_site, Item());
        for (var attempt = 1; attempt <= isParkedAt; attempt++)
        {
            (await DeadLettersAsync(_site)).ShouldBeEmpty();
            var lease = await LeaseAsync(_site);
            lease.Attempt.ShouldBe(attempt);
            (await SaveAsync(_site, lease, $"{Math.Min(attempt, getsOnUntil)}")).ShouldBeTrue();
            await EndAsync(_site, lease, WorkOutcome.Failed);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
        (await DeadLettersAsync(_site)).ShouldHaveSingleItem().Attempts.ShouldBe(isParkedAt);
    }

    [Fact]
    public async Task Lost_leases_park_an_item_only_after_three_times_as_many()
    {
        using var changed = Options(options => options.Attempts = 2);
        await AcceptAsync(_site, Item());
        for (var attempt = 1; attempt <= 6; attempt++)
        {
            (await DeadLettersAsync(_site)).ShouldBeEmpty();
            var lease = await LeaseAsync(_site);
            lease.Attempt.ShouldBe(attempt);
            Clock.Advance(Lease + TimeSpan.FromSeconds(1));
            await NothingRunsAsync(_site);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
        (await DeadLettersAsync(_site)).ShouldHaveSingleItem().Attempts.ShouldBe(6);
    }

    [Fact]
    public async Task A_failure_for_good_makes_a_dead_letter_at_once()
    {
        await ParkAsync(_site, Item());
        await NothingRunsAsync(_site);
        var dead = (await DeadLettersAsync(_site)).ShouldHaveSingleItem();
        (dead.Attempts, dead.Error, dead.ParkedAt).ShouldBe((1, "no use", Now));
    }

    [Fact]
    public async Task A_lease_that_nobody_renews_is_given_to_another_and_its_result_is_refused()
    {
        await AcceptAsync(_site, Item());
        var old = await LeaseAsync(_site);
        Clock.Advance(Lease + TimeSpan.FromSeconds(1));

        var next = await NextAsync(_site, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(11));

        (next.Attempt, next.Item.ItemId).ShouldBe((2, old.Item.ItemId));
        (await EndAsync(_site, old)).ShouldBeFalse();
        (await SaveAsync(_site, old, "1")).ShouldBeFalse();
        (await RenewAsync(_site, old)).ShouldBeFalse();
        (await EndAsync(_site, old, WorkOutcome.FailedForGood)).ShouldBeFalse();
        (await HowIsAsync(_site)).Running.ShouldBe(1, "the second attempt goes on");
        (await EndAsync(_site, next)).ShouldBeTrue();
        (await DeadLettersAsync(_site)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lease_that_has_run_out_cannot_be_renewed_but_its_result_counts_while_nobody_else_has_the_work()
    {
        // Of a kind that a stopped site runs too.
        await AcceptAsync(_site, Item(kind: WorkKind.Lifecycle));
        var lease = await LeaseAsync(_site);
        Clock.Jump(TimeSpan.FromDays(3));
        (await RenewAsync(_site, lease)).ShouldBeTrue("no time has passed");
        Clock.Jump(-TimeSpan.FromDays(3));

        // With no alarm in between.
        await Queue(_site).SwitchAsync(new(true));
        Clock.Advance(Lease + TimeSpan.FromMilliseconds(1));
        (await RenewAsync(_site, lease)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_lease_that_is_renewed_outlives_its_length_many_times()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        for (var i = 0; i < 30; i++)
        {
            Clock.Advance(Lease / 3);
            (await RenewAsync(_site, lease)).ShouldBeTrue();
            await NothingRunsAsync(_site);
        }
        (await EndAsync(_site, lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_clock_that_jumps_ends_no_lease_that_is_renewed()
    {
        await AcceptAsync(_site, Item("line"));
        await AcceptAsync(_site, Item("line"));
        var lease = await LeaseAsync(_site);
        foreach (var jump in (int[])[1, -2, 30, -29])
        {
            Clock.Jump(TimeSpan.FromHours(jump));
            Clock.Advance(Lease / 2);
            await NothingRunsAsync(_site);
            (await RenewAsync(_site, lease)).ShouldBeTrue();
        }
        (await EndAsync(_site, lease)).ShouldBeTrue();
        (await LeaseAsync(_site)).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task Work_in_backoff_is_not_held_back_by_a_clock_that_was_set_back()
    {
        await AcceptAsync(_site, Item());
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.Failed);
        Clock.Jump(-TimeSpan.FromHours(1));
        (await LeaseAsync(_site)).Attempt.ShouldBe(2);
        Clock.Jump(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_dead_process_is_found_out_after_the_clock_was_set_back()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        Clock.Jump(-TimeSpan.FromHours(1));
        (await RenewAsync(_site, lease)).ShouldBeTrue();
        var ended = Clock.GetTimestamp();
        while ((await HowIsAsync(_site)).Running > 0)
        {
            Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(20);
            Clock.GetElapsedTime(ended).ShouldBeLessThan(TimeSpan.FromMinutes(3));
        }
        Clock.Jump(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_stores_no_result_and_the_next_one_has_the_lease()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        await Host.OvertakeAsync("work-queue", _site.Id);

        (await Should.ThrowAsync<ForgeException>(() => EndAsync(_site, lease))).Code.ShouldBe(ForgeErrorCode.Unavailable);

        (await HowIsAsync(_site)).Running.ShouldBe(1);
        await NothingRunsAsync(_site);
        (await EndAsync(_site, lease)).ShouldBeTrue();
        (await HowIsAsync(_site)).Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task What_an_overtaken_activation_was_to_accept_is_accepted_once_by_the_next()
    {
        await AcceptAsync(_site, Item());
        await Host.OvertakeAsync("work-queue", _site.Id);
        var item = Item();
        await Should.ThrowAsync<ForgeException>(() => AcceptAsync(_site, item));
        (await HowIsAsync(_site)).Waiting.ShouldBe(1);
        (await AcceptAsync(_site, item)).ShouldBe(new(item.ItemId, false));
        (await RunAllAsync(_site)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Leases_outlive_their_queue_s_activation_with_all_of_their_time()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        Clock.Advance(Lease - TimeSpan.FromSeconds(1));
        await Host.OvertakeAsync("work-queue", _site.Id);
        // The first that commits goes away; it may be one that an alarm woke.
        await Record.ExceptionAsync(() => AcceptAsync(_site, Item()));

        Clock.Advance(TimeSpan.FromSeconds(2));
        (await HowIsAsync(_site)).Running.ShouldBe(1);
        (await RenewAsync(_site, lease)).ShouldBeTrue();
        (await EndAsync(_site, lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_handed_on_is_no_attempt_and_goes_on_at_once_with_its_checkpoint()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        (await SaveAsync(_site, lease, """{"at":7}""")).ShouldBeTrue();
        (await EndAsync(_site, lease, WorkOutcome.HandedOn)).ShouldBeTrue();

        var next = await LeaseAsync(_site);
        (next.Attempt, Text(next.Checkpoint)).ShouldBe((1, """{"at":7}"""));
        next.LeaseId.ShouldNotBe(lease.LeaseId);
    }

    [Fact]
    public async Task A_checkpoint_is_found_by_the_next_attempt_and_gone_when_the_item_is_done()
    {
        await AcceptAsync(_site, Item());
        var lease = await LeaseAsync(_site);
        (await SaveAsync(_site, lease, "1")).ShouldBeTrue();
        (await SaveAsync(_site, lease, """["two"]""")).ShouldBeTrue();
        await EndAsync(_site, lease, WorkOutcome.Failed);
        await Host.RestartAsync(TimeSpan.FromSeconds(20));

        lease = await LeaseAsync(_site);
        (lease.Attempt, Text(lease.Checkpoint)).ShouldBe((2, """["two"]"""));
        await EndAsync(_site, lease);
        (await Queue(_site).ExportAsync(new())).Rows.ShouldNotContain(row => row.Name.StartsWith("checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_seen_while_it_is_made()
    {
        await AcceptAsync(_site, Item(key: "reindex"));
        var lease = await LeaseAsync(_site);
        await RenewAsync(_site, lease, new(17, "half of it"));
        var run = (await HowIsAsync(_site)).Runs.ShouldHaveSingleItem();
        run.ShouldBe(new(lease.Item.ItemId, WorkKind.Job, "reindex", 1, Now, Process, new(17, "half of it")));
    }
}
