using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Hosting;

/// <summary>What an actor may rely on of its alarm.</summary>
public abstract class AlarmTests(ActorHost host) : ActorTests(host)
{
    private readonly string _key = Guid.NewGuid().ToString();

    private IAlarmProbe Probe => Actor<IAlarmProbe>(_key);

    [Fact]
    public async Task An_alarm_rings_at_its_time_and_not_before()
    {
        await Probe.SetAsync(new(Now.AddMinutes(10)));
        await PassAsync(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Rings.CountOf(_key).ShouldBe(0);

        await PassAsync(TimeSpan.FromMilliseconds(1));
        Rings.CountOf(_key).ShouldBe(1);

        await PassAsync(TimeSpan.FromHours(1));
        Rings.CountOf(_key).ShouldBe(1);
    }

    [Fact]
    public async Task A_time_that_has_passed_rings_at_once()
    {
        await Probe.SetAsync(new(Now.AddYears(-1)));
        await NextAsync();
    }

    [Fact]
    public async Task An_alarm_rings_after_a_restart()
    {
        await Probe.SetAsync(new(Now.AddHours(1)));
        await Host.RestartAsync();
        await PassAsync(TimeSpan.FromMinutes(59));
        Rings.CountOf(_key).ShouldBe(0);

        Clock.Advance(TimeSpan.FromMinutes(1));
        await NextAsync();
    }

    [Fact]
    public async Task An_alarm_that_came_due_while_nothing_ran_rings_after_the_restart()
    {
        await Probe.SetAsync(new(Now.AddMinutes(1)));
        await Host.RestartAsync(TimeSpan.FromDays(1));
        // A cluster looks every minute at what no activation waits for.
        await Clock.AdvanceUntilAsync(Rings.NextOf(_key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task An_alarm_set_again_rings_at_the_new_time_only()
    {
        await Probe.SetAsync(new(Now.AddMinutes(1)));
        await Probe.SetAsync(new(Now.AddMinutes(3)));
        await PassAsync(TimeSpan.FromMinutes(2));
        Rings.CountOf(_key).ShouldBe(0);

        await Probe.SetAsync(new(Now.AddSeconds(1)));
        await PassAsync(TimeSpan.FromMinutes(5));
        Rings.CountOf(_key).ShouldBe(1);
    }

    [Fact]
    public async Task An_alarm_that_was_cleared_does_not_ring()
    {
        var request = new AlarmRequest(Now.AddMinutes(1));
        await Probe.SetAsync(request);
        await Probe.ClearAsync(request);
        await Probe.ClearAsync(request);

        await PassAsync(TimeSpan.FromMinutes(5));
        Rings.CountOf(_key).ShouldBe(0);
    }

    [Fact]
    public async Task An_alarm_that_fails_rings_again_a_minute_later_until_it_succeeds()
    {
        await Probe.SetAsync(new(Now, Failures: 2));
        var first = await NextAsync();
        first.Failed.ShouldBeTrue();

        var second = await Clock.AdvanceUntilAsync(Rings.NextOf(_key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
        second.Failed.ShouldBeTrue();
        (second.At - first.At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(1));

        (await Clock.AdvanceUntilAsync(Rings.NextOf(_key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3))).Failed.ShouldBeFalse();
        await PassAsync(TimeSpan.FromMinutes(10));
        Rings.CountOf(_key).ShouldBe(0);
    }

    [Fact]
    public async Task An_alarm_set_from_inside_an_alarm_rings_too()
    {
        var later = Now.AddMinutes(10);
        await Probe.SetAsync(new(Now, Again: [later]));
        await NextAsync();
        await PassAsync(TimeSpan.FromMinutes(9));
        Rings.CountOf(_key).ShouldBe(0);

        await PassAsync(TimeSpan.FromMinutes(1));
        Rings.CountOf(_key).ShouldBe(1);
    }

    [Fact]
    public async Task An_alarm_set_from_inside_to_the_same_time_rings_again()
    {
        // As an actor does that has more to do than it wants to do in one turn.
        var due = Now.AddSeconds(-1);
        await Probe.SetAsync(new(due, Again: [due, due]));

        for (var i = 0; i < 3; i++)
            await NextAsync();
        await PassAsync(TimeSpan.FromMinutes(5));
        Rings.CountOf(_key).ShouldBe(0);
    }

    [Fact]
    public async Task Rows_and_an_alarm_that_are_set_together_are_both_there_after_a_restart()
    {
        await AcceptAsync(Now.AddHours(1), new("a", "1"), new("b", "2"));
        await Host.RestartAsync();
        (await ListAsync()).ShouldBe([new("a", "1"), new("b", "2")]);

        Clock.Advance(TimeSpan.FromHours(1));
        var ring = await Clock.AdvanceUntilAsync(Rings.NextOf(_key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
        ring.Rows.ShouldBe([new("a", "1"), new("b", "2")]);
    }

    [Fact]
    public async Task Rows_and_an_alarm_whose_time_has_passed_ring_at_once_with_the_rows_there()
    {
        await AcceptAsync(Now.AddHours(1), new("a", "1"), new("b", "1"));
        await AcceptAsync(Now, new("a", null), new("b", "2"), new("b", "3"));
        (await NextAsync()).Rows.ShouldBe([new("b", "3")]);

        await PassAsync(TimeSpan.FromHours(2));
        Rings.CountOf(_key).ShouldBe(0);
        (await ListAsync()).ShouldBe([new("b", "3")]);
    }

    [Fact]
    public async Task An_alarm_that_is_set_with_rows_takes_the_place_of_the_one_before()
    {
        await Probe.SetAsync(new(Now.AddMinutes(1)));
        await AcceptAsync(Now.AddMinutes(3), new RowText("a", "1"));
        await PassAsync(TimeSpan.FromMinutes(2));
        Rings.CountOf(_key).ShouldBe(0);

        await PassAsync(TimeSpan.FromMinutes(1));
        (await NextAsync()).Rows.ShouldBe([new("a", "1")]);
        await PassAsync(TimeSpan.FromMinutes(5));
        Rings.CountOf(_key).ShouldBe(0);
    }

    [Fact]
    public async Task An_alarm_is_set_with_a_hundred_changes_and_no_more()
    {
        await Should.ThrowAsync<ArgumentException>(() => AcceptAsync(Now.AddMinutes(1), Texts(IActorRows.MostChanges + 1)));
        await PassAsync(TimeSpan.FromMinutes(2));
        Rings.CountOf(_key).ShouldBe(0);
        (await ListAsync()).ShouldBeEmpty();

        await AcceptAsync(Now.AddMinutes(1), Texts(IActorRows.MostChanges));
        await PassAsync(TimeSpan.FromMinutes(1));
        (await NextAsync()).Rows.Count.ShouldBe(100);

        static RowText[] Texts(int count) => [.. Enumerable.Range(0, count).Select(i => new RowText($"{i:000}", "1"))];
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_sets_neither_rows_nor_an_alarm()
    {
        await AcceptAsync(Now.AddMinutes(10), new RowText("a", "1"));
        await Host.OvertakeAsync("alarm-probe", _key);

        var refusal = await Should.ThrowAsync<ForgeException>(() => AcceptAsync(Now.AddMinutes(1), new RowText("b", "1")));
        refusal.Code.ShouldBe(ForgeErrorCode.Unavailable);
        refusal.Message.ShouldContain("replaced by a newer one");

        (await ListAsync()).ShouldBe([new("a", "1")], "the next activation reads what is stored");
        await PassAsync(TimeSpan.FromMinutes(5));
        Rings.CountOf(_key).ShouldBe(0);
        // What is stored is still looked at, if by a reminder.
        (await Clock.AdvanceUntilAsync(Rings.NextOf(_key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(8))).Rows.ShouldBe([new("a", "1")]);
    }

    [Fact]
    public async Task One_failing_alarm_keeps_no_other_waiting()
    {
        await Probe.SetAsync(new(Now.AddSeconds(1), Failures: int.MaxValue));
        var others = Enumerable.Range(0, 150).Select(_ => Guid.NewGuid().ToString()).ToArray();
        await Task.WhenAll(others.Select(other => Actor<IAlarmProbe>(other).SetAsync(new(Now.AddSeconds(2)))));
        Clock.Advance(TimeSpan.FromSeconds(2));

        await Task.WhenAll(others.Select(Rings.NextOf)).WaitAsync(TimeSpan.FromSeconds(20));
        await Probe.ClearAsync(new(Now));
    }

    private Task AcceptAsync(DateTimeOffset due, params RowText[] rows) => Probe.AcceptAsync(new(due, rows));

    private async Task<IReadOnlyList<RowText>> ListAsync() => (await Probe.ListAsync(new(""))).Rows;

    private Task<Ring> NextAsync() => Rings.NextOf(_key).WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Lets time pass until all that was due by then has rung: twice another alarm, since alarms are looked at in rounds.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        Clock.Advance(time);
        for (var round = 0; round < 2; round++)
        {
            var other = Guid.NewGuid().ToString();
            await Actor<IAlarmProbe>(other).SetAsync(new(Now));
            await Rings.NextOf(other).WaitAsync(TimeSpan.FromSeconds(10));
        }
    }
}
