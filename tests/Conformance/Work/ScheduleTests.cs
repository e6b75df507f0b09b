using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Work;

/// <summary>A site's own schedules.</summary>
public abstract class ScheduleTests(ActorHost host) : LeaseTests(host)
{
    private readonly Site _site = new();

    [Fact]
    public async Task A_schedule_begins_one_interval_after_it_was_set_and_set_again_unchanged_it_keeps_its_time()
    {
        var next = (await SetAsync(Every(10))).Schedule!.Next!.Value;
        next.ShouldBe(Now.AddMinutes(10));
        Clock.Advance(TimeSpan.FromMinutes(4));
        var again = await SetAsync(Every(10) with { Payload = "8"u8.ToArray() });
        (again.Existed, again.Schedule!.Next).ShouldBe((true, next));

        var lease = await NextAsync(_site, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(8));
        Now.ShouldBeGreaterThanOrEqualTo(next);
        (lease.Item.Schedule, lease.Item.Key, lease.Item.Kind, Text(lease.Item.Payload)).ShouldBe(("sync", "job", WorkKind.Job, "8"));
        var schedule = (await HowIsAsync(_site)).Schedules.ShouldHaveSingleItem();
        (schedule.Last, schedule.Next).ShouldBe((next, next.AddMinutes(10)), "the phase is kept, however late a run begins");
    }

    [Fact]
    public async Task A_schedule_that_is_changed_goes_by_its_new_time_only()
    {
        await SetAsync(Every(10));
        (await SetAsync(Every(60))).Schedule!.Next.ShouldBe(Now.AddMinutes(60));
        Clock.Advance(TimeSpan.FromMinutes(50));
        await Task.Delay(50);
        await NothingRunsAsync(_site);
        await NextAsync(_site, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(12));
    }

    [Fact]
    public async Task A_schedule_that_is_removed_starts_nothing_any_more()
    {
        await SetAsync(Every(10));
        (await Queue(_site).RemoveScheduleAsync(new("sync"))).ShouldBe(new(true, null));
        (await Queue(_site).RemoveScheduleAsync(new("sync"))).ShouldBe(new(false, null));
        await Host.RestartAsync(TimeSpan.FromHours(1));
        Clock.Advance(TimeSpan.FromMinutes(2));
        await Task.Delay(50);
        await NothingRunsAsync(_site);
        (await HowIsAsync(_site)).Schedules.ShouldBeEmpty();
    }

    [Fact]
    public async Task However_many_runs_were_missed_one_makes_up_for_them()
    {
        var first = (await SetAsync(Every(10))).Schedule!.Next!.Value;
        await Host.RestartAsync(TimeSpan.FromMinutes(95));
        var lease = await NextAsync(_site, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3));
        lease.Item.AcceptedAt.ShouldBe(first);
        await EndAsync(_site, lease);
        await NothingRunsAsync(_site);
        (await HowIsAsync(_site)).Schedules.ShouldHaveSingleItem().Next.ShouldBe(first.AddMinutes(90));
    }

    [Fact]
    public async Task A_run_that_is_not_over_takes_the_place_of_the_next()
    {
        await SetAsync(Every(10));
        var lease = await NextAsync(_site, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(12));
        for (var i = 0; i < 100; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(15));
            (await RenewAsync(_site, lease)).ShouldBeTrue();
            await Task.Delay(5);
        }
        (await HowIsAsync(_site)).Waiting.ShouldBe(0);
        await EndAsync(_site, lease);
        await NothingRunsAsync(_site);
        (await NextAsync(_site, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(12))).Item.ItemId.ShouldNotBe(lease.Item.ItemId);
    }

    [Fact]
    public async Task A_cron_expression_goes_by_its_time_zone_and_over_a_change_of_its_clocks()
    {
        // In Berlin the clocks go from 2:00 to 3:00 on 29 March 2026 and from 3:00 to 2:00 on 25 October.
        var night = await SetAsync(new() { Name = "night", Job = "job", Cron = "0 30 4 ? * *", TimeZone = "Europe/Berlin" });
        Clock.Advance(new DateTimeOffset(Math.Max(Now.Ticks, new DateTime(2026, 3, 28, 12, 0, 0).Ticks), TimeSpan.Zero) - Now);
        Now.ShouldBeLessThan(new(2026, 3, 29, 0, 0, 0, TimeSpan.Zero), "these tests together take less than a month of the clock");
        night.Schedule!.Next!.Value.TimeOfDay.ShouldBe(new(3, 30, 0));
        await EndAsync(_site, await NextAsync(_site, TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(3)));
        var changed = (await HowIsAsync(_site)).Schedules.ShouldHaveSingleItem().Next;
        changed.ShouldBe(new(2026, 3, 29, 2, 30, 0, TimeSpan.Zero));
        Clock.Advance(changed!.Value - Now);
        await EndAsync(_site, await NextAsync(_site, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(3)));
        (await HowIsAsync(_site)).Schedules.ShouldHaveSingleItem().Next.ShouldBe(new(2026, 3, 30, 2, 30, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("* * * * * ?")]
    [InlineData("0,50 0 0 * * ?")]
    [InlineData("0/30 * * * * ?")]
    [InlineData("0 30 2")]
    [InlineData("")]
    public void A_cron_expression_that_is_none_or_asks_for_more_than_once_a_minute_is_refused(string expression) =>
        Should.Throw<ForgeException>(() => WorkTime.Cron(expression)).Code.ShouldBe(ForgeErrorCode.InvalidRequest);

    [Fact]
    public void A_time_zone_that_nobody_knows_is_refused() =>
        Should.Throw<ForgeException>(() => WorkTime.Cron("0 30 2 ? * MON-FRI", "Europe/Atlantis")).Message.ShouldContain("Europe/Atlantis");

    [Fact]
    public async Task A_site_has_only_so_many_schedules()
    {
        using var changed = Options(options => options.MostSchedules = 2);
        await SetAsync(Every(10) with { Name = "one" });
        await SetAsync(Every(10) with { Name = "two" });
        (await Should.ThrowAsync<ForgeException>(() => SetAsync(Every(10) with { Name = "three" }))).Message.ShouldContain("Forge:Work:MostSchedules");
        (await SetAsync(Every(20) with { Name = "two" })).Existed.ShouldBeTrue();
    }

    private Task<ScheduleAnswer> SetAsync(WorkSchedule schedule) => Queue(_site).SetScheduleAsync(schedule);

    private static WorkSchedule Every(int minutes) => new() { Name = "sync", Job = "job", Every = TimeSpan.FromMinutes(minutes) };

    [Theory]
    [InlineData(50, "]", null)]
    [InlineData(51, "]", "deeper")]
    [InlineData(50, "}", "JSON")]
    [InlineData(3, "", "JSON")]
    public async Task A_payload_that_is_no_JSON_is_told_from_one_that_is_nested_too_deep(int depth, string end, string? says)
    {
        await AdmitAsync(_site);
        var state = StateOf(_site);
        var job = Item(payload: new string('[', depth) + new string(end.Length == 0 ? ' ' : end[0], depth));
        if (says is null)
            await state.CommitAsync([], [job]);
        else
            (await Should.ThrowAsync<ForgeException>(() => state.CommitAsync([], [job]))).Message.ShouldContain(says);
    }
}
