using ForgeOrleans.RealmMigrations;

namespace ForgeOrleans.Conformance.RealmMigrations;

/// <summary>Where a site's realm migrations stand, and whose turn it is to run their hooks.</summary>
public abstract class RealmMigrationTests(ActorHost host) : ActorTests(host)
{
    private readonly Site _site = new();
    private string? _claim;

    private IRealmMigrationActor Migrations => Actor<IRealmMigrationActor>(_site.Id);

    [Fact]
    public async Task Where_a_migration_stands_survives_a_restart()
    {
        (await StateAsync()).ShouldBeNull();
        await ScheduledAsync();
        await Host.RestartAsync();
        (await Migrations.DescribeAsync(new("1"))).ShouldNotBeNull().Migration.ShouldBe(Plan());
        (await StateAsync()).ShouldBe(RealmMigrationState.Scheduled);

        (await AdvanceAsync(RealmMigrationState.Running)).ShouldBeTrue();
        await Host.RestartAsync();
        (await StateAsync()).ShouldBe(RealmMigrationState.Running);
        (await AdvanceAsync(RealmMigrationState.Failed, "E0002")).ShouldBeTrue();
        await Host.RestartAsync();
        (await Migrations.DescribeAsync(new())).ShouldNotBeNull().ErrorCode.ShouldBe("E0002");
    }

    [Fact]
    public async Task A_hook_that_has_ended_is_answered_and_not_run_again()
    {
        await ScheduledAsync();
        (await EnterAsync("again", Plan())).Decision.ShouldBe(HookDecision.Answered);
        await AdvanceAsync(RealmMigrationState.Running);
        await AdvanceAsync(RealmMigrationState.ReadyToCommit);
        (await EnterAsync("commit")).Decision.ShouldBe(HookDecision.Run);
        (await LeaveAsync("commit", HookOutcome.Failed, "E0002")).ErrorCode.ShouldBe("E0002");
        await Host.RestartAsync();

        var again = await EnterAsync("another");

        (again.Decision, again.ErrorCode).ShouldBe((HookDecision.Answered, "E0002"));
        (await StateAsync()).ShouldBe(RealmMigrationState.Failed);
    }

    [Fact]
    public async Task One_request_runs_a_hook_and_the_others_wait()
    {
        (await EnterAsync("first", Plan())).Decision.ShouldBe(HookDecision.Run);
        (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Wait);
        // Kept in time, a turn lasts as long as it takes.
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(HookTurn.ClaimLasts / 2);
            (await EnterAsync("first", Plan())).Decision.ShouldBe(HookDecision.Run);
            (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Wait);
        }
        await LeaveAsync("first", HookOutcome.Done);

        (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Answered);
    }

    [Fact]
    public async Task The_turn_of_a_request_that_has_died_is_another_s_and_its_late_result_is_refused()
    {
        await EnterAsync("first", Plan());
        await Host.RestartAsync(HookTurn.ClaimLasts);
        (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Run);

        (await LeaveAsync("first", HookOutcome.Failed, "E9999")).Decision.ShouldBe(HookDecision.Wait);

        (await LeaveAsync("second", HookOutcome.Done)).Decision.ShouldBe(HookDecision.Answered);
        (await StateAsync()).ShouldBe(RealmMigrationState.Scheduled);
    }

    [Fact]
    public async Task A_turn_that_was_cut_off_is_the_next_one_s_at_once()
    {
        await EnterAsync("first", Plan());
        await LeaveAsync("first", HookOutcome.CutOff);

        (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Run);
    }

    [Fact]
    public async Task Too_many_at_once_is_asked_again()
    {
        await EnterAsync("first", Plan());
        await LeaveAsync("first", HookOutcome.Failed, RealmMigrationErrors.TooManyAtOnce);

        (await EnterAsync("second", Plan())).Decision.ShouldBe(HookDecision.Run);
    }

    [Fact]
    public async Task A_step_is_taken_only_from_where_it_begins()
    {
        await ScheduledAsync();
        foreach (var to in new[] { RealmMigrationState.ReadyToCommit, RealmMigrationState.Failed, RealmMigrationState.Committed, RealmMigrationState.RolledBack })
            (await AdvanceAsync(to)).ShouldBeFalse();
        await AdvanceAsync(RealmMigrationState.Running);
        // What repeats itself is where it wants to be.
        (await AdvanceAsync(RealmMigrationState.Running)).ShouldBeTrue();
        (await AdvanceAsync(RealmMigrationState.RollingBack)).ShouldBeTrue();
        foreach (var to in new[] { RealmMigrationState.Running, RealmMigrationState.ReadyToCommit, RealmMigrationState.Failed })
            (await AdvanceAsync(to)).ShouldBeFalse();
        (await AdvanceAsync(RealmMigrationState.RolledBack)).ShouldBeTrue();
        (await AdvanceAsync(RealmMigrationState.RollingBack)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_step_of_a_plan_that_was_changed_moves_nothing()
    {
        await ScheduledAsync();
        await ScheduledAsync(Plan() with { Location = "US" });

        (await AdvanceAsync(RealmMigrationState.Running, round: 1)).ShouldBeFalse();
        (await AdvanceAsync(RealmMigrationState.Running, round: 2)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_rolled_back_while_it_is_being_committed()
    {
        await ScheduledAsync();
        await AdvanceAsync(RealmMigrationState.Running);
        await AdvanceAsync(RealmMigrationState.ReadyToCommit);
        await EnterAsync("commit");

        (await Migrations.AdvanceAsync(new("1", 1, RealmMigrationState.RollingBack))).IsBusy.ShouldBeTrue();

        await LeaveAsync("commit", HookOutcome.Done);
        var late = await Migrations.AdvanceAsync(new("1", 1, RealmMigrationState.RollingBack));
        (late.IsTaken, late.IsBusy, late.Record!.State).ShouldBe((false, false, RealmMigrationState.Committed));
    }

    [Fact]
    public async Task Old_migrations_that_are_over_make_room_for_new_ones()
    {
        for (var i = 1; i <= RealmMigrationActor.MostRemembered; i++)
        {
            await ScheduledAsync(Plan($"{i}"));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
        // None is over, so there is no room.
        (await EnterAsync("full", Plan("one more"))).ErrorCode.ShouldBe(RealmMigrationErrors.TooManyAtOnce);
        await Migrations.AdvanceAsync(new("7", 1, RealmMigrationState.RollingBack));
        await Migrations.AdvanceAsync(new("7", 1, RealmMigrationState.RolledBack));

        await ScheduledAsync(Plan("one more"));

        (await Migrations.DescribeAsync(new("7"))).ShouldBeNull();
        (await Migrations.DescribeAsync(new("8"))).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_is_kept_is_exported_and_erased()
    {
        await ScheduledAsync();
        (await Migrations.ExportAsync(new())).Rows.Select(row => row.Name).ShouldBe(["current", "migration/1"]);

        (await Migrations.EraseAsync(new(Now))).IsComplete.ShouldBeTrue();

        (await Migrations.ExportAsync(new())).Rows.ShouldBeEmpty();
        (await StateAsync()).ShouldBeNull();
    }

    private static RealmMigration Plan(string id = "1") =>
        new(id, new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero), new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero), "EU");

    private Task<HookTurn> EnterAsync(string claim, RealmMigration? plan = null) => Migrations.EnterAsync(
        new(plan is null ? RealmMigrationHook.Commit : RealmMigrationHook.Schedule, plan?.MigrationId ?? "1", claim, plan));

    private async Task<HookTurn> LeaveAsync(string claim, HookOutcome outcome, string? code = null, string id = "1") => await Migrations.LeaveAsync(new(
        await StateAsync(id) == RealmMigrationState.ReadyToCommit ? RealmMigrationHook.Commit : RealmMigrationHook.Schedule, id, claim, outcome, code));

    private async Task ScheduledAsync(RealmMigration? plan = null)
    {
        plan ??= Plan();
        (await EnterAsync(_claim = Guid.NewGuid().ToString(), plan)).Decision.ShouldBe(HookDecision.Run);
        (await LeaveAsync(_claim, HookOutcome.Done, id: plan.MigrationId)).Decision.ShouldBe(HookDecision.Answered);
    }

    private async Task<bool> AdvanceAsync(RealmMigrationState to, string? code = null, int round = 1) =>
        (await Migrations.AdvanceAsync(new("1", round, to, code))).IsTaken;

    private async Task<RealmMigrationState?> StateAsync(string id = "1") => (await Migrations.DescribeAsync(new(id)))?.State;
}
