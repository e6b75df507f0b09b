using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>What counts as delivered twice.</summary>
public abstract class DuplicateTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task An_item_with_a_known_key_is_acknowledged_and_not_run_again()
    {
        var first = Event("k");
        (await AcceptAsync(_site, first)).ShouldBe(new(first.ItemId, false));
        (await AcceptAsync(_site, Event("k"))).ShouldBe(new(first.ItemId, true));
        (await RunAllAsync(_site)).ShouldBe([first.ItemId]);

        await Host.RestartAsync(TimeSpan.FromHours(23));
        (await AcceptAsync(_site, Event("k"))).ShouldBe(new(first.ItemId, true));
        (await AcceptAsync(_site, Event("other"))).IsDuplicate.ShouldBeFalse();
        (await RunAllAsync(_site)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_known_key_is_acknowledged_by_a_full_queue_too()
    {
        using var changed = Options(options => options.MostWaiting = 2);
        var first = Event("k");
        await AcceptAllAsync(_site, [first, Event("other")]);
        (await Should.ThrowAsync<ForgeException>(() => AcceptAsync(_site, Event("new")))).Code.ShouldBe(ForgeErrorCode.Unavailable);
        (await AcceptAsync(_site, Event("k"))).ShouldBe(new(first.ItemId, true));
    }

    [Fact]
    public async Task A_key_is_forgotten_after_a_day()
    {
        await AcceptAsync(_site, Event("k"));
        await RunAllAsync(_site);
        Clock.Advance(TimeSpan.FromHours(23));
        await AcceptAsync(_site, Event("later"));
        Clock.Advance(TimeSpan.FromMinutes(59));
        (await AcceptAsync(_site, Event("k"))).IsDuplicate.ShouldBeTrue();
        Clock.Advance(TimeSpan.FromMinutes(2));
        (await AcceptAsync(_site, Event("k"))).IsDuplicate.ShouldBeFalse();
        (await AcceptAsync(_site, Event("later"))).IsDuplicate.ShouldBeTrue("it is younger, although another bucket has begun");
    }

    [Fact]
    public async Task What_is_forgotten_is_deleted()
    {
        await AcceptAllAsync(_site, Enumerable.Range(0, 250).Select(i => Event($"k{i}")));
        await RunAllAsync(_site);
        (await SeenAsync()).ShouldBe(250);
        Clock.Advance(TimeSpan.FromHours(25));
        await AcceptAsync(_site, Event("next day"));
        await RunAllAsync(_site);
        // The alarms of the next days.
        for (var i = 0; i < 400 && await SeenAsync() > 0; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(15));
            await Task.Delay(15);
        }
        (await SeenAsync()).ShouldBe(0);

        async Task<int> SeenAsync() => (await Queue(_site).ExportAsync(new())).Rows.Count(row => row.Name.StartsWith("seen/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_of_one_batch_with_the_same_key_are_one()
    {
        var (first, second) = (Event("k"), Event("k"));
        (await Queue(_site).AcceptAsync(new([first, second, first]))).Items.ShouldBe([new(first.ItemId, false), new(first.ItemId, true), new(first.ItemId, false)]);
        (await RunAllAsync(_site)).ShouldBe([first.ItemId]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repeated_call_is_no_duplicate_and_runs_once(bool isDoneInBetween)
    {
        foreach (var item in new[] { Item(), Event("k"), Trigger("hourly"), Item() with { NotBefore = Now.AddMinutes(1) } })
        {
            (await AcceptAsync(_site, item)).ShouldBe(new(item.ItemId, false));
            if (isDoneInBetween && item.NotBefore is null)
                (await RunAllAsync(_site)).ShouldBe([item.ItemId]);
            (await AcceptAsync(_site, item)).ShouldBe(new(item.ItemId, false));
            if (item.NotBefore is null)
                (await RunAllAsync(_site)).Count.ShouldBe(isDoneInBetween ? 0 : 1);
        }
        (await HowIsAsync(_site)).Waiting.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, false, false, false)]
    [InlineData(true, false, false, true)]
    [InlineData(false, true, false, true)]
    [InlineData(true, true, false, true)]
    [InlineData(false, false, true, true)]
    public async Task Equal_content_is_a_duplicate_only_if_either_was_marked_or_both_came_with_one_token(
        bool firstIsMarked, bool secondIsMarked, bool haveOneToken, bool isDuplicate)
    {
        var first = Event("k") with { Deduplication = Deduplication.OnlyRepetitions, Origin = new(Now, "jti 1", IsRepetition: firstIsMarked) };
        var second = Event("k") with
        {
            Deduplication = Deduplication.OnlyRepetitions,
            Origin = new(Now, haveOneToken ? "jti 1" : "jti 2", IsRepetition: secondIsMarked),
        };
        await AcceptAsync(_site, first);
        (await AcceptAsync(_site, second)).ShouldBe(isDuplicate ? new(first.ItemId, true) : new(second.ItemId, false));
        (await RunAllAsync(_site)).Count.ShouldBe(isDuplicate ? 1 : 2);
    }

    [Theory]
    [InlineData(false, true, 9, true)]
    [InlineData(false, true, 11, false)]
    [InlineData(true, false, 9, true)]
    [InlineData(true, false, 11, false)]
    [InlineData(true, true, 11, false)]
    public async Task A_repetition_repeats_what_came_within_ten_minutes_and_later_it_is_of_something_else(bool firstIsMarked, bool secondIsMarked, int minutes, bool isDuplicate)
    {
        await AcceptAsync(_site, Marked(firstIsMarked, "jti 1"));
        await RunAllAsync(_site);
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        (await AcceptAsync(_site, Marked(secondIsMarked, "jti 2"))).IsDuplicate.ShouldBe(isDuplicate);

        WorkItem Marked(bool isRepetition, string token) => Event("k") with
        {
            Deduplication = Deduplication.OnlyRepetitions,
            Origin = new(Now, token, IsRepetition: isRepetition),
        };
    }

    [Fact]
    public async Task A_trigger_within_half_its_interval_is_merged_with_the_one_before_and_a_later_one_runs()
    {
        var first = Trigger("hourly");
        await AcceptAsync(_site, first);
        await RunAllAsync(_site);
        Clock.Advance(TimeSpan.FromMinutes(29));
        (await AcceptAsync(_site, Trigger("hourly"))).ShouldBe(new(first.ItemId, true));
        (await AcceptAsync(_site, Trigger("daily"))).IsDuplicate.ShouldBeFalse();

        Clock.Advance(TimeSpan.FromMinutes(2));
        (await AcceptAsync(_site, Trigger("hourly"))).IsDuplicate.ShouldBeFalse();
        (await RunAllAsync(_site)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_trigger_is_merged_with_a_run_that_is_not_over()
    {
        var first = Trigger("hourly");
        await AcceptAsync(_site, first);
        Clock.Advance(TimeSpan.FromHours(3));
        (await AcceptAsync(_site, Trigger("hourly"))).ShouldBe(new(first.ItemId, true), "it waits");
        var lease = await LeaseAsync(_site);
        (await AcceptAsync(_site, Trigger("hourly"))).ShouldBe(new(first.ItemId, true), "it runs");
        await EndAsync(_site, lease, WorkOutcome.Failed);
        (await AcceptAsync(_site, Trigger("hourly"))).ShouldBe(new(first.ItemId, true), "it is tried again");

        Clock.Advance(TimeSpan.FromSeconds(10));
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.FailedForGood);
        (await AcceptAsync(_site, Trigger("hourly"))).IsDuplicate.ShouldBeFalse("it is parked");
    }

    [Fact]
    public async Task A_trigger_without_a_known_interval_is_merged_within_two_minutes()
    {
        await AcceptAsync(_site, Trigger("t") with { Interval = null });
        await RunAllAsync(_site);
        Clock.Advance(TimeSpan.FromSeconds(119));
        (await AcceptAsync(_site, Trigger("t") with { Interval = null })).IsDuplicate.ShouldBeTrue();
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await AcceptAsync(_site, Trigger("t") with { Interval = null })).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_does_not_merge_an_hour_of_triggers()
    {
        await AcceptAsync(_site, Trigger("t") with { Interval = TimeSpan.FromMinutes(5) });
        await RunAllAsync(_site);
        Clock.Jump(-TimeSpan.FromHours(1));
        (await AcceptAsync(_site, Trigger("t") with { Interval = TimeSpan.FromMinutes(5) })).IsDuplicate.ShouldBeFalse();
        Clock.Jump(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task The_record_of_a_trigger_tells_when_it_ran_and_what_came_of_it()
    {
        var delivered = Now;
        await AcceptAsync(_site, Trigger("hourly"));
        (await RecordAsync()).ShouldBe(new("hourly", delivered, null, null, null, null, null, delivered.AddHours(1), false));

        Clock.Advance(TimeSpan.FromSeconds(2));
        var lease = await LeaseAsync(_site);
        (await RecordAsync()).ShouldBe(new("hourly", delivered, Now, null, null, null, null, delivered.AddHours(1), false));

        await RenewAsync(_site, lease, new(12, null));
        Clock.Advance(TimeSpan.FromSeconds(5));
        await EndAsync(_site, lease, WorkOutcome.Failed);
        (await RecordAsync()).ShouldBe(new("hourly", delivered, delivered.AddSeconds(2), Now, "failed", TimeSpan.FromSeconds(5), 12, delivered.AddHours(1), false));

        Clock.Advance(TimeSpan.FromMinutes(1));
        lease = await LeaseAsync(_site);
        var started = Now;
        Clock.Advance(TimeSpan.FromSeconds(3));
        await RenewAsync(_site, lease, new(40, null));
        await EndAsync(_site, lease);
        (await RecordAsync()).ShouldBe(new("hourly", delivered, started, Now, "succeeded", TimeSpan.FromSeconds(3), 40, delivered.AddHours(1), false));

        Clock.Advance(delivered.AddHours(2) - Now);
        (await RecordAsync()).IsMissed.ShouldBeFalse();
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await RecordAsync()).IsMissed.ShouldBeTrue();

        await AcceptAsync(_site, Trigger("hourly"));
        await EndAsync(_site, await LeaseAsync(_site), WorkOutcome.FailedForGood);
        (await RecordAsync()).ShouldSatisfyAllConditions(r => r.IsMissed.ShouldBeFalse(), r => r.Outcome.ShouldBe("dead letter"), r => r.NextExpected.ShouldBe(Now.AddHours(1)));
    }

    private static WorkItem Event(string key) => Item(kind: WorkKind.Event, key: "avi:jira:updated:issue") with { DeduplicationKey = key };

    private static WorkItem Trigger(string key) => Item($"trigger/{key}", WorkKind.Trigger, key) with
    {
        DeduplicationKey = $"trigger/{key}",
        Deduplication = Deduplication.WithinInterval,
        Interval = TimeSpan.FromHours(1),
    };

    private async Task<TriggerRecord> RecordAsync() => (await HowIsAsync(_site)).Triggers.Single(trigger => trigger.Key == "hourly");
}
