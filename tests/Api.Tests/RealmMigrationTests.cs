using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>The hooks of a realm migration, as the platform calls them (contract section 9).</summary>
public sealed class RealmMigrationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_migration_is_scheduled_started_and_committed()
    {
        RealmMigration? seen = null;
        var app = new AppCode { Schedule = (migration, _) => Task.FromResult(seen = migration) };
        await using var remote = await RealmMigrations.StartAsync(app);

        (await remote.ScheduleAsync(17)).ShouldBeGood().Text.ShouldBe("{}");
        (await remote.StatusAsync(17)).ShouldBe(("scheduled", null));
        (await remote.StartMigrationAsync(17)).ShouldBeGood(202);
        await remote.BecomesAsync("ready-to-commit", 17);
        (await remote.CommitAsync(17)).ShouldBeGood();

        (await remote.StatusAsync(17)).ShouldBe(("committed", null));
        app.Calls.ShouldBe(["schedule 17", "start 17", "commit 17"]);
        seen.ShouldBe(new("17", new(2026, 3, 10, 8, 0, 0, TimeSpan.Zero), new(2026, 3, 10, 14, 0, 0, TimeSpan.Zero), "EU"));
    }

    [Fact]
    public async Task A_start_is_answered_before_the_app_has_copied_anything()
    {
        var copied = new TaskCompletionSource();
        var app = new AppCode { Start = (_, _, _) => copied.Task };
        await using var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync();

        (await remote.StartMigrationAsync()).ShouldBeGood(202);

        (await remote.StatusAsync()).ShouldBe(("running", null));
        copied.SetResult();
        await remote.BecomesAsync("ready-to-commit");
    }

    [Fact]
    public async Task Repeated_hooks_are_answered_the_same_and_run_nothing_again()
    {
        var app = new AppCode();
        await using var remote = await RealmMigrations.StartAsync(app);
        for (var i = 0; i < 3; i++)
            (await remote.ScheduleAsync()).ShouldBeGood();
        for (var i = 0; i < 3; i++)
            (await remote.StartMigrationAsync()).ShouldBeGood(202);
        await remote.BecomesAsync("ready-to-commit");
        (await remote.StartMigrationAsync()).ShouldBeGood(202);
        for (var i = 0; i < 3; i++)
            (await remote.CommitAsync()).ShouldBeGood();
        (await remote.ScheduleAsync()).ShouldBeGood();

        app.Calls.ShouldBe(["schedule 1", "start 1", "commit 1"]);
    }

    [Fact]
    public async Task A_hook_that_is_repeated_while_it_runs_waits_for_the_first_and_gets_its_answer()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var app = new AppCode
        {
            Commit = (_, _) =>
            {
                asked.TrySetResult();
                return answer.Task;
            },
        };
        await using var remote = await ReadyAsync(app);

        var first = remote.CommitAsync();
        await asked.Task.WaitAsync(Patience);
        var second = remote.CommitAsync();
        await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(1));
        // Longer than a turn lasts that nobody keeps.
        for (var i = 0; i < 15; i++)
        {
            await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(1));
            remote.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        answer.SetException(new RealmMigrationException("E0002"));

        (await first).ShouldFailWith("E0002");
        (await remote.Clock.AdvanceUntilAsync(second, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20))).ShouldFailWith("E0002");
        app.Calls.Count(call => call == "commit 1").ShouldBe(1);
    }

    [Fact]
    public async Task A_hook_whose_time_is_up_is_run_again_when_it_is_repeated()
    {
        var (asked, isFirst) = (new TaskCompletionSource(), true);
        var app = new AppCode
        {
            Commit = async (_, cancellationToken) =>
            {
                if (!isFirst)
                    return;
                isFirst = false;
                asked.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
        };
        await using var remote = await ReadyAsync(app);

        var late = remote.CommitAsync();
        await asked.Task.WaitAsync(Patience);
        var answer = await remote.Clock.AdvanceUntilAsync(late, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
        answer.Status.ShouldBe(504);
        // No code: the platform repeats it.
        answer.Text.ShouldNotContain("errorResponseCode");

        var repeated = remote.CommitAsync();
        (await remote.Clock.AdvanceUntilAsync(repeated, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20))).ShouldBeGood();
        (await remote.StatusAsync()).Status.ShouldBe("committed");
    }

    [Fact]
    public async Task A_refusal_has_the_app_s_code_and_is_remembered()
    {
        var app = new AppCode { Schedule = (migration, _) => migration.Location == "EU" ? Task.CompletedTask : throw new RealmMigrationException(RealmMigrationErrors.RegionNotSupported) };
        await using var remote = await RealmMigrations.StartAsync(app);

        (await remote.ScheduleAsync(location: "AU")).ShouldFailWith("E0002");
        (await remote.ScheduleAsync(location: "AU")).ShouldFailWith("E0002");

        app.Calls.ShouldBe(["schedule 1"]);
        (await remote.StatusAsync()).ShouldBe(("failed", "E0002"));
        (await remote.StartMigrationAsync(location: "AU")).ShouldFailWith("E0001");
        // Another plan is another question.
        (await remote.ScheduleAsync(location: "EU")).ShouldBeGood();
        (await remote.StatusAsync()).ShouldBe(("scheduled", null));
    }

    [Fact]
    public async Task What_else_the_app_throws_is_E9999_and_logged()
    {
        var app = new AppCode { Schedule = (_, _) => throw new InvalidOperationException("the cupboard is bare") };
        await using var remote = await RealmMigrations.StartAsync(app);

        var answer = (await remote.ScheduleAsync()).ShouldFailWith("E9999");

        answer.Text.ShouldNotContain("cupboard");
        remote.Logs.Lines.ShouldContain(line => line.ToString().Contains("the cupboard is bare", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_that_is_changed_is_asked_for_again_and_the_last_one_is_started()
    {
        RealmMigration? started = null;
        var app = new AppCode { Start = (migration, _, _) => Task.FromResult(started = migration) };
        await using var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync(day: 10);
        (await remote.ScheduleAsync(day: 12)).ShouldBeGood();
        (await remote.StartMigrationAsync(day: 12)).ShouldBeGood(202);
        await remote.BecomesAsync("ready-to-commit");

        app.Calls.ShouldBe(["schedule 1", "schedule 1", "start 1"]);
        started!.StartTime.Day.ShouldBe(12);
        // It is too late for another plan.
        (await remote.ScheduleAsync(day: 13)).ShouldFailWith("E9999");
    }

    [Fact]
    public async Task Hooks_out_of_order_are_refused()
    {
        var app = new AppCode { Start = (_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken) };
        await using var remote = await RealmMigrations.StartAsync(app);

        (await remote.StartMigrationAsync()).ShouldFailWith("E0001");
        (await remote.CommitAsync()).ShouldFailWith("E0001");
        (await remote.RollBackAsync()).ShouldFailWith("E0001");
        (await remote.StatusAsync()).ShouldBe(("failed", "E0001"));
        app.Calls.ShouldBeEmpty();

        await remote.ScheduleAsync();
        (await remote.CommitAsync()).ShouldFailWith("E9999");
        (await remote.StartMigrationAsync(location: "US")).ShouldFailWith("E0001");
        (await remote.StartMigrationAsync()).ShouldBeGood(202);
        (await remote.CommitAsync()).ShouldFailWith("E9999");
        (await remote.StatusAsync()).Status.ShouldBe("running");
        app.Calls.ShouldNotContain("commit 1");
    }

    [Fact]
    public async Task What_is_committed_cannot_be_rolled_back()
    {
        var app = new AppCode();
        await using var remote = await ReadyAsync(app);
        await remote.CommitAsync();

        (await remote.RollBackAsync()).ShouldFailWith("E9999");

        (await remote.StatusAsync()).Status.ShouldBe("committed");
        app.Calls.ShouldNotContain("rollback 1");
    }

    [Fact]
    public async Task A_status_without_an_id_is_that_of_the_current_migration()
    {
        var copied = new TaskCompletionSource();
        await using var remote = await RealmMigrations.StartAsync(new AppCode { Start = (_, _, _) => copied.Task });
        (await remote.StatusAsync(null)).ShouldBe(("failed", "E0001"));
        await remote.ScheduleAsync(1);
        (await remote.StatusAsync(null)).Status.ShouldBe("scheduled");
        await remote.StartMigrationAsync(1);
        // One that is planned for later does not hide the one that runs.
        await remote.ScheduleAsync(2, day: 20);
        (await remote.StatusAsync(null)).Status.ShouldBe("running");
        (await remote.StatusAsync(2)).Status.ShouldBe("scheduled");
        copied.SetResult();
        await remote.BecomesAsync("ready-to-commit", null);
    }

    [Fact]
    public async Task One_site_s_migration_is_not_another_s()
    {
        await using var remote = await RealmMigrations.StartAsync(new AppCode());
        await remote.ScheduleAsync();

        (await remote.StartMigrationAsync(site: Fit.OtherSite)).ShouldFailWith("E0001");
        (await remote.StatusAsync(null, Fit.OtherSite)).ShouldBe(("failed", "E0001"));
    }

    [Fact]
    public async Task Copying_that_fails_is_tried_again_and_goes_on_from_its_checkpoint()
    {
        var attempts = new List<(int Attempt, int Checkpoint)>();
        var app = new AppCode
        {
            Start = async (_, run, cancellationToken) =>
            {
                attempts.Add((run.Attempt, run.Checkpoint<int>()));
                await run.SaveCheckpointAsync(41 + run.Attempt, cancellationToken);
                if (run.Attempt == 1)
                    throw new IOException("once");
            },
        };
        await using var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync();
        await remote.StartMigrationAsync();
        await AdvanceUntilAsync(remote, "ready-to-commit");

        attempts.ShouldBe([(1, 0), (2, 42)]);
    }

    [Fact]
    public async Task Copying_that_fails_with_a_code_has_failed_at_once()
    {
        var app = new AppCode { Start = (_, _, _) => throw new RealmMigrationException("E0002") };
        await using var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync();
        (await remote.StartMigrationAsync()).ShouldBeGood(202);
        await remote.BecomesAsync("failed");

        (await remote.StatusAsync()).ShouldBe(("failed", "E0002"));
        (await remote.CommitAsync()).ShouldFailWith("E0002");
        app.Calls.ShouldBe(["schedule 1", "start 1"]);
        (await QueueAsync(remote)).DeadLetters.ShouldBe(0);
    }

    [Fact]
    public async Task Copying_that_fails_at_every_attempt_has_failed_and_is_a_dead_letter()
    {
        var app = new AppCode { Start = (_, _, _) => throw new IOException("always") };
        await using var remote = await RealmMigrations.StartAsync(app, atOnce: 1);
        await remote.ScheduleAsync();
        await remote.StartMigrationAsync();
        await remote.PassUntilAsync(TimeSpan.FromSeconds(20), async () => (await QueueAsync(remote)).DeadLetters > 0);
        app.Calls.Count(call => call == "start 1").ShouldBe(8);

        // The migration knows without being asked: what is replayed now does nothing.
        (await Queue(remote).ReplayAsync(new())).Count.ShouldBe(1);
        await Eventually.TrueAsync(() => QueueAsync(remote).Result is { Waiting: 0, Running: 0, DeadLetters: 0 });
        app.Calls.Count(call => call == "start 1").ShouldBe(8);
        (await remote.StatusAsync()).ShouldBe(("failed", "E9999"));
        await ShouldHaveRoomAsync(remote);
    }

    [Fact]
    public async Task Copying_that_was_parked_without_its_handler_has_failed()
    {
        // Nothing is run here: the test is the process that gets lost.
        await using var remote = await RealmMigrations.StartAsync(new AppCode(), atOnce: 1, perProcess: 0);
        await remote.ScheduleAsync();
        await remote.StartMigrationAsync();
        // A dead letter of other work says nothing of this.
        await Queue(remote).AcceptAsync(new([Job("a"), Job("migration-start-"), Job("zzz")]));
        var leases = (await Queue(remote).LeaseAsync(new("another", 4))).Leases;
        leases.Count.ShouldBe(4);
        foreach (var lease in leases.Where(lease => lease.Item.Kind == WorkKind.Job))
            await ParkAsync(remote, lease);
        (await remote.StatusAsync()).ShouldBe(("running", null));

        await ParkAsync(remote, leases.Single(lease => lease.Item.Kind == WorkKind.Migration));

        (await remote.StatusAsync()).ShouldBe(("failed", "E9999"));
        await ShouldHaveRoomAsync(remote);
    }

    [Fact]
    public async Task Copying_that_has_not_ended_long_after_it_should_have_failed()
    {
        var app = new AppCode { Start = (_, run, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken) };
        await using var remote = await RealmMigrations.StartAsync(app, atOnce: 1);
        await remote.ScheduleAsync(day: 3);
        await remote.StartMigrationAsync(day: 3);
        remote.Clock.Advance(TimeSpan.FromDays(2));
        (await remote.StatusAsync()).Status.ShouldBe("running");
        remote.Clock.Advance(TimeSpan.FromHours(6));

        (await remote.StatusAsync()).ShouldBe(("failed", "E9999"));
    }

    [Fact]
    public async Task A_rollback_ends_copying_and_only_then_deletes_what_was_copied()
    {
        var (begun, ended) = (new TaskCompletionSource(), false);
        var app = new AppCode
        {
            Start = async (_, _, cancellationToken) =>
            {
                begun.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                finally
                {
                    ended = true;
                }
            },
            Rollback = (_, _, _) =>
            {
                ended.ShouldBeTrue();
                return Task.CompletedTask;
            },
        };
        await using var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync();
        await remote.StartMigrationAsync();
        await begun.Task.WaitAsync(Patience);

        (await remote.RollBackAsync()).ShouldBeGood(202);

        (await remote.StatusAsync()).Status.ShouldBe("rolling-back");
        app.Calls.ShouldNotContain("rollback 1");
        await AdvanceUntilAsync(remote, "rolled-back");
        for (var i = 0; i < 2; i++)
            (await remote.RollBackAsync()).ShouldBeGood(202);
        (await remote.StartMigrationAsync()).ShouldFailWith("E0001");
        (await remote.CommitAsync()).ShouldFailWith("E0001");
        app.Calls.ShouldBe(["schedule 1", "start 1", "rollback 1"]);
    }

    [Fact]
    public async Task A_rollback_that_fails_is_tried_again()
    {
        var app = new AppCode { Rollback = (_, run, _) => run.Attempt < 3 ? throw new IOException("not yet") : Task.CompletedTask };
        await using var remote = await ReadyAsync(app);

        (await remote.RollBackAsync()).ShouldBeGood(202);

        await AdvanceUntilAsync(remote, "rolled-back");
        app.Calls.Count(call => call == "rollback 1").ShouldBe(3);
        // And what was rolled back can be planned anew.
        (await remote.ScheduleAsync(day: 20)).ShouldBeGood();
        (await remote.StartMigrationAsync(day: 20)).ShouldBeGood(202);
        await AdvanceUntilAsync(remote, "ready-to-commit");
    }

    [Theory]
    [InlineData("commit")]
    [InlineData("rollback")]
    public async Task Too_many_at_once_over_all_sites_are_E0004_until_one_is_over(string end)
    {
        var app = new AppCode();
        await using var remote = await RealmMigrations.StartAsync(app, atOnce: 1);
        await remote.ScheduleAsync();
        await remote.ScheduleAsync(site: Fit.OtherSite);
        (await remote.StartMigrationAsync()).ShouldBeGood(202);
        await remote.BecomesAsync("ready-to-commit");

        (await remote.StartMigrationAsync(site: Fit.OtherSite)).ShouldFailWith("E0004");
        (await remote.StatusAsync(site: Fit.OtherSite)).Status.ShouldBe("scheduled");
        (await remote.StartMigrationAsync()).ShouldBeGood(202);

        (end == "commit" ? await remote.CommitAsync() : await remote.RollBackAsync()).Status.ShouldBeLessThan(300);
        await remote.BecomesAsync(end == "commit" ? "committed" : "rolled-back");
        for (var i = 0; i < 100 && (await remote.StartMigrationAsync(site: Fit.OtherSite)).Status != 202; i++)
            await Task.Delay(10);
        (await remote.StartMigrationAsync(site: Fit.OtherSite)).ShouldBeGood(202);
    }

    [Fact]
    public async Task Without_the_app_s_code_migrations_are_not_supported()
    {
        await using var remote = await RealmMigrations.StartAsync(null);

        (await remote.ScheduleAsync()).ShouldFailWith("E0003");
        (await remote.StartMigrationAsync()).ShouldFailWith("E0003");
        (await remote.CommitAsync()).ShouldFailWith("E0003");
        (await remote.RollBackAsync()).ShouldFailWith("E0003");
        (await remote.StatusAsync()).ShouldBe(("failed", "E0003"));
    }

    [Fact]
    public async Task A_user_cannot_call_the_hooks()
    {
        var app = new AppCode();
        await using var remote = await RealmMigrations.StartAsync(app);
        foreach (var (method, hook) in new[] { ("POST", "schedule"), ("POST", "start"), ("GET", "status"), ("POST", "commit"), ("POST", "rollback") })
        {
            using var response = await remote.SendAsync(method, $"/migration/{hook}", json: method == "GET" ? null : RealmMigrations.Plan(1, "EU", 10));
            await response.ShouldBeErrorAsync(403, "forbidden");
        }
        app.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_hook_without_a_good_token_is_401()
    {
        await using var remote = await RealmMigrations.StartAsync(new AppCode());
        using var response = await remote.Http.PostAsync("/migration/schedule", null);
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Theory]
    [InlineData("""{"startTime":"2026-03-10T08:00:00Z","endTime":"2026-03-10T14:00:00Z","location":"EU","migrationId":"1"}""", true)]
    [InlineData("""{"startTime":1773129600000,"endTime":1773151200000,"location":"EU","migrationId":1,"more":{}}""", true)]
    [InlineData("""{"startTime":"2026-03-10T08:00:00Z","endTime":"2026-03-10T14:00:00Z","location":"EU"}""", false)]
    [InlineData("""{"startTime":"soon","endTime":"2026-03-10T14:00:00Z","location":"EU","migrationId":1}""", false)]
    [InlineData("""{"startTime":"2026-03-10T08:00:00Z","endTime":-1,"location":"EU","migrationId":1}""", false)]
    [InlineData("""{"startTime":"2026-03-10T08:00:00Z","endTime":"2026-03-10T14:00:00Z","location":7,"migrationId":1}""", false)]
    [InlineData("""{"startTime":"2026-03-10T08:00:00Z","endTime":"2026-03-10T14:00:00Z","location":"EU","migrationId":"a/b"}""", false)]
    [InlineData("[]", false)]
    [InlineData("{", false)]
    [InlineData("", false)]
    public async Task Bodies_are_read_with_tolerance_and_refused_when_they_say_nothing(string body, bool isGood)
    {
        await using var remote = await RealmMigrations.StartAsync(new AppCode());
        using var request = remote.Request("POST", "/migration/schedule", remote.Token(fit => fit.Claims.Remove("principal")));
        request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await remote.Http.SendAsync(request);
        if (isGood)
            (await remote.ScheduleAsync()).ShouldBeGood();
        else
            await response.ShouldBeErrorAsync(400, "invalid_request");
    }

    [Fact]
    public async Task The_manifest_and_the_mapping_are_compared()
    {
        (await FailsAsync(RealmMigrations.Manifest, "/elsewhere")).ShouldSatisfyAllConditions(
            message => message.ShouldContain("migration:dataResidency 'dare'"),
            message => message.ShouldContain("app.MapForgeRealmMigration(\"/migration\")"),
            message => message.ShouldContain("MapForgeRealmMigration(\"/elsewhere\") is called by nothing"));
        (await FailsAsync(RealmMigrations.Manifest, null)).ShouldContain("schedule, start, status, commit, rollback below /migration");
        (await FailsAsync(RemoteSetup.PlainManifest, "/migration")).ShouldContain("MapForgeRealmMigration(\"/migration\") is called by nothing");
        await using var root = await Remote.StartAsync(new RemoteSetup
        {
            Manifest = RealmMigrations.Manifest.Replace("path: /migration", "maxMigrationDurationHours: 3", StringComparison.Ordinal),
            Map = app => Map(app, ""),
        });
    }

    private static void Map(WebApplication app, string? path)
    {
        app.MapForgeInvocation("GET", "/hello", () => 1);
        if (path is not null)
            app.MapForgeRealmMigration(path);
    }

    private static async Task<string> FailsAsync(string manifest, string? path) =>
        (await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await Remote.StartAsync(new RemoteSetup { Manifest = manifest, Map = app => Map(app, path) })).DisposeAsync())).Message;

    private static async Task<Remote> ReadyAsync(AppCode app)
    {
        var remote = await RealmMigrations.StartAsync(app);
        await remote.ScheduleAsync();
        await remote.StartMigrationAsync();
        await remote.BecomesAsync("ready-to-commit");
        return remote;
    }

    private static async Task AdvanceUntilAsync(Remote remote, string status)
    {
        for (var i = 0; i < 2_000 && (await remote.StatusAsync()).Status != status; i++)
        {
            remote.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5);
        }
        (await remote.StatusAsync()).Status.ShouldBe(status);
    }

    private static async Task ShouldHaveRoomAsync(Remote remote)
    {
        await remote.ScheduleAsync(site: Fit.OtherSite);
        (await remote.StartMigrationAsync(site: Fit.OtherSite)).ShouldBeGood(202);
    }

    private static WorkItem Job(string id) => new() { ItemId = id, Kind = WorkKind.Job, Key = "job" };

    private static IWorkQueue Queue(Remote remote) => remote.Services.GetRequiredService<IActors>().Get<IWorkQueue>(Fit.Site);

    private static Task<QueueDescription> QueueAsync(Remote remote) => Queue(remote).DescribeAsync(QueueRequest.Instance);

    private static async Task ParkAsync(Remote remote, WorkLease lease) =>
        (await Queue(remote).ReportAsync(new(new(lease.Position, lease.LeaseId), WorkOutcome.FailedForGood, "lost"))).IsHeld.ShouldBeTrue();
}
