using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Work;

/// <summary>How a host runs work: soon, after a restart, again after a failure, and not for ever.</summary>
public abstract class RunTests(ActorHost host) : WorkTests(host)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Site _site = new();

    [Fact]
    public async Task What_is_accepted_is_answered_before_it_runs_to_its_end_and_is_run_at_once()
    {
        var probe = await ProbeAsync();
        var item = await GiveAsync(probe);
        var run = await probe.NowAsync();
        (run.Run.ItemId, run.Run.Attempt, run.Run.AcceptedAt).ShouldBe((item, 1, Now));
        (await HowIsAsync(_site)).Runs.ShouldHaveSingleItem().ItemId.ShouldBe(item);

        run.Finish();
        await IsDoneAsync(_site);
        Clock.Advance(TimeSpan.FromMinutes(5));
        probe.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_waits_when_the_process_ends_runs_when_the_next_one_begins()
    {
        var probe = await ProbeAsync();
        var items = new List<string>();
        for (var i = 0; i < 3; i++)
            items.Add(await GiveAsync(probe, "line"));
        var first = await probe.NowAsync();
        await Host.RestartAsync();

        // A cluster looks every minute at what no activation waits for.
        var again = await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(3));
        (again.Run.ItemId, again.Run.Attempt).ShouldBe((first.Run.ItemId, 1), "a process that stops hands on what it has begun, and that is no attempt");
        again.Finish();
        var ran = new List<string> { again.Run.ItemId };
        for (var i = 1; i < 3; i++)
        {
            var run = await probe.NowAsync();
            ran.Add(run.Run.ItemId);
            run.Finish();
        }
        ran.ShouldBe(items);
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_checkpoint_is_there_after_a_restart()
    {
        var probe = await ProbeAsync();
        await GiveAsync(probe);
        var run = await probe.NowAsync();
        run.Run.HasCheckpoint.ShouldBeFalse();
        await run.Run.SaveCheckpointAsync<List<int>>([1, 2]);
        run.Run.Checkpoint<int[]>().ShouldBe([1, 2]);
        await Host.RestartAsync();

        run = await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(3));
        (run.Run.HasCheckpoint, run.Run.Attempt).ShouldBe((true, 1));
        run.Run.Checkpoint<int[]>().ShouldBe([1, 2]);
        run.Finish();
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_failure_is_tried_again_with_the_same_id_and_the_next_number()
    {
        var probe = await ProbeAsync((run, _) => run.Attempt < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);
        var item = await GiveAsync(probe);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var run = await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(1));
            (run.Run.ItemId, run.Run.Attempt).ShouldBe((item, attempt));
        }
        await IsDoneAsync(_site);
        (await DeadLettersAsync(_site)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_permanent_failure_is_parked_at_once_with_its_reason()
    {
        var probe = await ProbeAsync((_, _) => throw new PermanentFailureException("the page is gone"));
        var item = await GiveAsync(probe);
        await BecomesAsync(_site, queue => queue.DeadLetters == 1);
        var dead = (await DeadLettersAsync(_site)).ShouldHaveSingleItem();
        (dead.Item.ItemId, dead.Attempts, dead.Error).ShouldBe((item, 1, "the page is gone"));
    }

    [Fact]
    public async Task A_handler_that_asks_for_a_wait_gets_it()
    {
        foreach (var failure in new Exception[]
        {
            new RetryLaterException(TimeSpan.FromMinutes(30)),
            new ForgeException(ForgeErrorCode.Unavailable, "busy") { RetryAfter = TimeSpan.FromMinutes(30) },
        })
        {
            var probe = await ProbeAsync((run, _) => run.Attempt == 1 ? throw failure : Task.CompletedTask);
            await GiveAsync(probe);
            await probe.NowAsync();
            await BecomesAsync(_site, queue => queue.Running == 0);
            Clock.Advance(TimeSpan.FromMinutes(29));
            await Task.Delay(50);
            probe.Count.ShouldBe(1);
            await Clock.AdvanceUntilAsync(probe.NextAsync(), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
            await IsDoneAsync(_site);
        }
    }

    [Fact]
    public async Task Work_that_wants_a_token_waits_without_an_attempt_until_one_comes()
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        var key = Guid.NewGuid().ToString();
        var hasToken = false;
        Map(WorkKind.Job, key, async (ConfluenceApi confluence) =>
        {
            if (!hasToken)
                (await confluence.AsApp().GetAsync("/wiki")).Dispose();
        });
        await AcceptAsync(_site, Item(key: key));
        await BecomesAsync(_site, queue => queue is { WaitingForToken: true, Running: 0 });
        await GiveAsync(probe);
        await probe.NowAsync();
        await BecomesAsync(_site, queue => queue.Waiting == 1);

        // By itself it looks again, and still has none.
        for (var i = 0; i < 70; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5);
        }
        (await BecomesAsync(_site, queue => queue is { WaitingForToken: true, Running: 0 })).DeadLetters.ShouldBe(0);
        hasToken = true;
        await Queue(_site).ResumeAsync(ResumeRequest.Instance);
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task Work_that_no_token_came_for_goes_on_by_itself_when_there_is_one()
    {
        await ProbeAsync();
        var key = Guid.NewGuid().ToString();
        var hasToken = false;
        Map(WorkKind.Job, key, async (ConfluenceApi confluence) =>
        {
            if (!hasToken)
                (await confluence.AsApp().GetAsync("/wiki")).Dispose();
        });
        await AcceptAsync(_site, Item(key: key));
        await BecomesAsync(_site, queue => queue is { WaitingForToken: true, Running: 0 });
        hasToken = true;
        await PassAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(8), queue => queue.Waiting == 0);
    }

    [Fact]
    public async Task Work_that_nobody_knows_waits_until_somebody_does()
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        var key = Guid.NewGuid().ToString();
        await AcceptAsync(_site, Item(kind: "kind of the future", key: key));
        await BecomesAsync(_site, queue => queue is { WaitingForHandler: true, Running: 0 });
        await GiveAsync(probe);
        await probe.NowAsync();
        await BecomesAsync(_site, queue => queue.Waiting == 1);

        var attempts = new TaskCompletionSource<int>();
        Map("kind of the future", key, (WorkRun run) => attempts.TrySetResult(run.Attempt));
        (await Clock.AdvanceUntilAsync(attempts.Task, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(8))).ShouldBe(1);
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_long_run_keeps_its_lease_and_shows_its_progress()
    {
        var probe = await ProbeAsync();
        await GiveAsync(probe);
        var run = await probe.NowAsync();
        for (var i = 1; i <= 20; i++)
            await RenewedAsync(run, i, $"the first {i}");
        (await HowIsAsync(_site)).Runs.ShouldHaveSingleItem().Progress.ShouldBe(new(20, "the first 20"));
        (probe.Count, run.Cancellation.IsCancellationRequested).ShouldBe((1, false));
        run.Finish();
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_clock_that_jumps_an_hour_ends_no_run_and_begins_no_second()
    {
        var probe = await ProbeAsync();
        await GiveAsync(probe, "line");
        await GiveAsync(probe, "line");
        var run = await probe.NowAsync();
        foreach (var jump in (int[])[1, -1])
        {
            Clock.Jump(TimeSpan.FromHours(jump));
            for (var i = 1; i <= 5; i++)
                await RenewedAsync(run, (10 * jump) + i);
        }
        (probe.Count, run.Cancellation.IsCancellationRequested).ShouldBe((1, false));
        run.Finish();
        (await probe.NowAsync()).Finish();
        await IsDoneAsync(_site);
        probe.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_an_hour_does_not_hold_back_work_in_backoff()
    {
        var probe = await ProbeAsync((run, _) => run.Attempt == 1 ? throw new InvalidOperationException("not yet") : Task.CompletedTask);
        await GiveAsync(probe);
        await probe.NowAsync();
        await BecomesAsync(_site, queue => queue.Running == 0);
        Clock.Jump(-TimeSpan.FromHours(1));
        try
        {
            await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(1));
        }
        finally
        {
            Clock.Jump(TimeSpan.FromHours(1));
        }
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_process_that_stalls_past_its_lease_tells_its_handler_to_end_and_another_attempt_is_made()
    {
        var probe = await ProbeAsync();
        await GiveAsync(probe);
        var first = await probe.NowAsync();
        Clock.Stall(TimeSpan.FromSeconds(35));
        Clock.Advance(TimeSpan.Zero);
        await first.CancelledAsync();

        var second = await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(2));
        (second.Run.ItemId, second.Run.Attempt).ShouldBe((first.Run.ItemId, 2));
        await Should.ThrowAsync<LeaseLostException>(() => first.Run.SaveCheckpointAsync("late"));
        second.Run.HasCheckpoint.ShouldBeFalse();
        second.Finish();
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task Whoever_saves_a_checkpoint_with_a_lost_lease_is_told_so_and_cancelled()
    {
        var probe = await ProbeAsync();
        await GiveAsync(probe);
        var run = await probe.NowAsync();
        while (!(await Queue(_site).EraseAsync(new(Now))).IsComplete)
            Clock.Advance(Second);

        await Should.ThrowAsync<LeaseLostException>(() => run.Run.SaveCheckpointAsync("late"));
        await run.CancelledAsync();
        (await Queue(_site).ExportAsync(new())).Rows.ShouldHaveSingleItem().Name.ShouldBe("queue");
    }

    [Theory]
    [InlineData("ends when it is told to")]
    [InlineData("ignores it")]
    [InlineData("blocks its thread")]
    public async Task A_handler_that_hangs_is_ended_and_others_go_on(string behaviour)
    {
        using var changed = Options(options => (options.LongestSilence, options.PerSite) = (TimeSpan.FromMinutes(2), 1));
        using var hanging = new ManualResetEventSlim();
        var probe = await ProbeAsync((run, cancellationToken) =>
        {
            if (run.Attempt > 1)
                throw new PermanentFailureException("hung before");
            if (behaviour == "blocks its thread")
                hanging.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            return behaviour == "ignores it" ? Task.Run(() => hanging.Wait(TimeSpan.FromSeconds(60)), CancellationToken.None) : Task.Delay(-1, cancellationToken);
        });
        await GiveAsync(probe);
        await probe.NowAsync();
        var other = await ProbeAsync((_, _) => Task.CompletedTask);
        await GiveAsync(other);

        await Clock.AdvanceUntilAsync(other.NextAsync(), TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(4));
        await PassAsync(Second, TimeSpan.FromMinutes(2), queue => queue.DeadLetters == 1);
        (await DeadLettersAsync(_site)).ShouldHaveSingleItem().Attempts.ShouldBe(2);
        hanging.Set();
    }

    [Fact]
    public async Task A_handler_that_reports_progress_may_take_as_long_as_it_likes()
    {
        using var changed = Options(options => options.LongestSilence = TimeSpan.FromMinutes(2));
        var probe = await ProbeAsync();
        await GiveAsync(probe);
        var run = await probe.NowAsync();
        for (var i = 1; i <= 36; i++)
            await RenewedAsync(run, i);
        run.Cancellation.IsCancellationRequested.ShouldBeFalse();
        run.Finish();
        await IsDoneAsync(_site);
    }

    [Fact]
    public async Task A_schedule_starts_its_job_whenever_it_is_due()
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        var set = Now;
        await Queue(_site).SetScheduleAsync(new() { Name = "sync", Job = probe.Key, Every = TimeSpan.FromMinutes(10), Payload = "7"u8.ToArray() });
        for (var i = 1; i <= 3; i++)
        {
            var run = await Clock.AdvanceUntilAsync(probe.NextAsync(), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(12));
            ((JobRun)run.Run).Schedule.ShouldBe("sync");
            run.Run.Payload<int>().ShouldBe(7);
            (Now - set).ShouldBeInRange(i * TimeSpan.FromMinutes(10), (i * TimeSpan.FromMinutes(10)) + TimeSpan.FromMinutes(3));
            await BecomesAsync(_site, queue => queue.Waiting == 0);
        }
        await Queue(_site).RemoveScheduleAsync(new("sync"));
    }

    [Fact]
    public async Task Work_for_a_time_is_run_then_though_nobody_asks()
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        var due = Now.AddHours(3);
        await AcceptAsync(_site, Item(key: probe.Key) with { NotBefore = due });
        await Host.RestartAsync();
        Clock.Advance(TimeSpan.FromHours(3) - Second);
        await Task.Delay(50);
        probe.Count.ShouldBe(0);
        await Clock.AdvanceUntilAsync(probe.NextAsync(), Second, TimeSpan.FromMinutes(2));
        Now.ShouldBeGreaterThanOrEqualTo(due);
        await IsDoneAsync(_site);
    }

    [Theory]
    [InlineData("""{"eventType":"avi:jira:updated:issue","issue":{"id":10001,"key":"A-1"},"comment":{"id":"7"},"atlassianId":"5b","timestamp":1772442000123,"selfGenerated":true,"retryContext":{"retryCount":2,"retryReason":"TIMEOUT_ERROR","retryData":null}}""")]
    [InlineData("""{"selfGenerated":true,"payload":{"issue":{"id":"10001"},"atlassianId":"5b","timestamp":"2026-03-02T09:00:00.123Z","retryContext":{"retryCount":2,"retryReason":"TIMEOUT_ERROR"}}}""")]
    public async Task An_event_is_read_wherever_it_has_its_fields(string payload)
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        await AcceptAsync(_site, Item(kind: WorkKind.Event, key: probe.Key, payload: payload));
        var e = (ProductEvent)(await probe.NowAsync()).Run;
        (e.EventType, e.EntityType, e.EntityId, e.AtlassianId, e.IsSelfGenerated).ShouldBe((probe.Key, "issue", "10001", "5b", true));
        e.Timestamp.ShouldBe(new(2026, 3, 2, 9, 0, 0, 123, TimeSpan.Zero));
        e.Retry.ShouldBe(new(2, "TIMEOUT_ERROR"));
        e.Json.GetRawText().ShouldBe(payload);
    }

    [Fact]
    public async Task An_event_that_says_nothing_is_read_as_nothing()
    {
        var probe = await ProbeAsync((_, _) => Task.CompletedTask);
        await AcceptAsync(_site, Item(kind: WorkKind.Event, key: probe.Key, payload: """{"issue":null,"payload":7,"timestamp":{},"retryContext":[]}"""));
        var e = (ProductEvent)(await probe.NowAsync()).Run;
        (e.EntityType, e.EntityId, e.AtlassianId, e.IsSelfGenerated, e.Timestamp, e.Retry).ShouldBe((null, null, null, false, null, null));
    }

    private async Task<WorkProbe> ProbeAsync(Func<WorkRun, CancellationToken, Task>? does = null)
    {
        await AdmitAsync(_site);
        return new(does);
    }

    private async Task<string> GiveAsync(WorkProbe probe, string? orderingKey = null) => (await AcceptAsync(_site, Item(orderingKey, key: probe.Key))).ItemId;

    /// <summary>Lets ten seconds pass, in which a lease is renewed; the queue knows then how far the run is.</summary>
    private async Task RenewedAsync(ProbedRun run, long items, string? message = null)
    {
        run.Run.Report(items, message);
        Clock.Advance(TimeSpan.FromSeconds(5));
        Clock.Advance(TimeSpan.FromSeconds(5));
        await BecomesAsync(_site, queue => queue.Runs is [{ Progress: { } progress }] && progress.Items == items);
        // The queue has renewed the lease, and the runner has yet to hear of it: three renewals that it has not heard of are a lease that it gives up,
        // and this clock runs a thousand times faster than the machine.
        await Task.Delay(60);
    }

    private void Map(string kind, string key, Delegate handler)
    {
        foreach (var process in Host.Processes)
            process.GetRequiredService<DeferredHandlers>().Add(kind, null, key, handler, process);
    }

    private async Task PassAsync(TimeSpan step, TimeSpan most, Func<QueueDescription, bool> until)
    {
        for (var passed = TimeSpan.Zero; !until(await HowIsAsync(_site)); passed += step)
        {
            passed.ShouldBeLessThan(most);
            Clock.Advance(step);
            await Task.Delay(20);
        }
    }
}
