using ForgeOrleans.Conformance;
using ForgeOrleans.Conformance.Probes;

namespace ForgeOrleans.Cluster.Tests.Alarms;

/// <summary>How an alarm uses its one reminder, whose registrations cost a write each and whose ticks keep a grain in memory.</summary>
public sealed class ReminderUseTests(TwoSilos host) : ActorTests(host), IClassFixture<TwoSilos>
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _key = Guid.NewGuid().ToString();

    private IAlarmProbe Probe => Actor<IAlarmProbe>(_key);

    private GrainId Grain => GrainId.Create("alarm-probe", _key);

    private IReadOnlyList<DateTime> Registrations => host.Reminders.RegistrationsOf(Grain);

    [Fact]
    public async Task A_reminder_is_registered_once_and_not_moved_for_later_alarms()
    {
        var first = Now + Minute;
        await Probe.SetAsync(new(first));
        await Probe.SetAsync(new(first + Second));
        await Probe.ClearAsync(new(first));
        await Probe.SetAsync(new(first + Minute));
        Registrations.ShouldBe([first.UtcDateTime]);
    }

    [Fact]
    public async Task An_alarm_with_rows_costs_one_write_once_the_reminder_is_there()
    {
        var due = Now + Minute;
        await Probe.AcceptAsync(new(due, [new("a", "1")]));
        var before = host.Storage.Writes;
        await Probe.AcceptAsync(new(due + Second, [new("a", "2"), new("b", "1")]));
        (host.Storage.Writes - before).ShouldBe(1);
        Registrations.ShouldBe([due.UtcDateTime]);
    }

    [Fact]
    public async Task Of_an_alarm_with_rows_nothing_is_stored_while_reminders_cannot_be_kept()
    {
        host.Reminders.Outage = new IOException("The table of the reminders is full of secrets.");
        try
        {
            var failure = await Should.ThrowAsync<ForgeException>(() => Probe.AcceptAsync(new(Now + Minute, [new("a", "1")])));
            failure.Code.ShouldBe(ForgeErrorCode.Unavailable);
            failure.Message.ShouldNotContain("secrets");
        }
        finally
        {
            host.Reminders.Outage = null;
        }
        (await Probe.ListAsync(new(""))).Rows.ShouldBeEmpty();

        // The activation that failed has made room for another.
        await Probe.AcceptAsync(new(Now + Minute, [new("a", "2")]));
        var ring = await Clock.AdvanceUntilAsync(Rings.NextOf(_key), 10 * Second, 5 * Minute);
        ring.Rows.ShouldBe([new("a", "2")]);
    }

    [Fact]
    public async Task A_reminder_is_moved_for_an_earlier_alarm()
    {
        var first = Now.AddHours(1);
        await Probe.SetAsync(new(first));
        await Probe.SetAsync(new(first - Minute));
        Registrations.ShouldBe([first.UtcDateTime, (first - Minute).UtcDateTime]);
    }

    [Fact]
    public async Task A_reminder_is_removed_by_the_tick_that_finds_no_alarm()
    {
        var first = Now + Minute;
        await Probe.SetAsync(new(first));
        await Probe.ClearAsync(new(first));
        host.Reminders.RemovedAsync(Grain).IsCompleted.ShouldBeFalse("who sets and clears often would register it as often");

        await Clock.AdvanceUntilAsync(host.Reminders.RemovedAsync(Grain), 10 * Second, 5 * Minute);
        Rings.CountOf(_key).ShouldBe(0);
        host.Reminders.All.ShouldNotContain(reminder => reminder.GrainId == Grain);

        // The next alarm needs it again.
        await Probe.SetAsync(new(Now + Minute));
        Registrations.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_alarm_hours_ahead_does_not_tick_every_minute()
    {
        var first = Now + Minute;
        var later = Now.AddHours(3);
        await Probe.SetAsync(new(first));
        await Probe.SetAsync(new(later));
        Registrations.Count.ShouldBe(1);

        // The first tick finds an alarm that is far away, and moves the reminder there.
        await Clock.AdvanceUntilAsync(MovedAsync(), 10 * Second, 5 * Minute);

        Registrations.ShouldBe([first.UtcDateTime, later.UtcDateTime]);
        Rings.CountOf(_key).ShouldBe(0);
    }

    private async Task<bool> MovedAsync()
    {
        // What is stored tells, and nothing signals it.
        while (Registrations.Count < 2)
            await Task.Delay(10);
        return true;
    }
}
