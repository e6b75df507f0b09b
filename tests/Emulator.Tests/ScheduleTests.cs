using System.Net;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Scheduled triggers, on request and by themselves.</summary>
public class ScheduleTests
{
    [Fact]
    public async Task A_trigger_fires_at_once_when_asked_without_a_user()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var begun = await scene.BeginOneAsync("/triggers", new { site = "globex", trigger = "hourly-sync" });
        var delivery = await scene.SettledAsync(begun);
        delivery.Text("kind").ShouldBe("trigger");
        delivery.Text("key").ShouldBe("hourly-sync");
        var received = scene.Remote.Received.ShouldHaveSingleItem();
        received.Target.ShouldBe("/triggers/hourly");
        received.Json()["context"]!.ToJsonString().ShouldBe($$"""{"cloudId":"{{scene.Globex.CloudId}}","moduleKey":"hourly-sync"}""");
        received.Json().Text("contextToken").ShouldNotBeEmpty();
        received.Headers.ShouldContainKey("x-forge-oauth-system");
        received.Headers.ShouldNotContainKey("x-forge-oauth-user");
        var claims = await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        claims["context"]!.Text("moduleKey").ShouldBe("hourly-sync");
        claims.ContainsKey("principal").ShouldBeFalse();
        var (status, answer) = await scene.PostAsync("/triggers", new { trigger = "daily" });
        status.ShouldBe(HttpStatusCode.NotFound);
        answer.Text("message").ShouldContain("hourly-sync");
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(0, 1)]
    public async Task A_failed_trigger_is_tried_again_as_the_options_say(int retries, int attempts)
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with { TriggerRetries = retries });
        scene.Remote.Answers(500);
        var begun = await scene.BeginOneAsync("/triggers", new { trigger = "hourly-sync" });
        for (var retry = 1; retry < attempts; retry++)
        {
            await scene.PassRetrySpacingAsync();
        }

        (await scene.SettledAsync(begun))["attempts"]!.AsArray().Count.ShouldBe(attempts);
    }

    [Fact]
    public async Task Without_the_option_nothing_fires_by_itself()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Clock.Advance(TimeSpan.FromHours(3));
        (await scene.FeedAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_schedule_begins_after_five_minutes_and_keeps_its_phase(int timeScale)
    {
        await using var scene = await ScheduledAsync(timeScale);
        var start = scene.Clock.GetUtcNow();
        scene.Clock.Advance(TimeSpan.FromMinutes(5) / timeScale);
        (await scene.FeedAsync()).ShouldBeEmpty();
        scene.Clock.Advance(TimeSpan.FromHours(3) / timeScale);
        var phases = new HashSet<TimeSpan>();
        foreach (var site in scene.Emulator.Platform.Sites)
        {
            var runs = (await scene.FeedAsync($"?site={site.Id}&kind=trigger"))
                .Select(run => (run["created"]!.GetValue<DateTimeOffset>() - start) * timeScale).ToList();
            runs.Count.ShouldBe(3);
            runs[0].ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
            (runs[1] - runs[0]).ShouldBe(TimeSpan.FromHours(1), TimeSpan.FromSeconds(0.01));
            (runs[2] - runs[1]).ShouldBe(TimeSpan.FromHours(1), TimeSpan.FromSeconds(0.01));
            phases.Add(runs[0]).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_run_of_a_schedule_sometimes_comes_twice_as_the_seed_says()
    {
        var first = await DuplicatesAsync(1);
        first.Count.ShouldBeInRange(10, 50);
        (await DuplicatesAsync(1)).ShouldBe(first);
        (await DuplicatesAsync(2)).ShouldNotBe(first);

        static async Task<List<DateTimeOffset>> DuplicatesAsync(int seed)
        {
            await using var scene = await ScheduledAsync(1, new Deliveries.Disturbances { TriggerDuplicates = 0.3, Seed = seed });
            scene.Clock.Advance(TimeSpan.FromHours(50));
            var feed = await scene.FeedAsync("?kind=trigger");
            feed.Count(run => run["duplicateOf"] is null).ShouldBe(100);
            return [.. feed.Where(run => run["duplicateOf"] is not null).Select(run => run["created"]!.GetValue<DateTimeOffset>())];
        }
    }

    [Fact]
    public async Task An_uninstalled_site_has_no_schedule_until_it_is_installed_again()
    {
        await using var scene = await ScheduledAsync(1);
        await scene.PostAsync("/sites/acme/uninstall", new { });
        scene.Clock.Advance(TimeSpan.FromHours(2));
        (await scene.FeedAsync("?site=acme&kind=trigger")).ShouldBeEmpty();
        await scene.PostAsync("/sites/acme/install", new { });
        scene.Clock.Advance(TimeSpan.FromHours(1));
        var run = (await scene.FeedAsync("?site=acme&kind=trigger")).ShouldHaveSingleItem();
        run.Text("installationId").ShouldBe(scene.Acme.InstallationId);
    }

    [Fact]
    public async Task A_schedule_goes_on_with_the_version_and_the_license_that_the_site_has_by_then()
    {
        await using var scene = await ScheduledAsync(1);
        await scene.PostAsync("/sites/acme/upgrade", new { appVersion = "7.0.0" });
        await scene.PostAsync("/sites/acme/license", new { active = true });
        scene.Clock.Advance(TimeSpan.FromMinutes(6));
        var run = (await scene.FeedAsync("?site=acme&kind=trigger")).ShouldHaveSingleItem();
        await scene.SettledAsync(run);
        var received = scene.Remote.Received.Where(request => request.Target == "/triggers/hourly");
        var claims = await Task.WhenAll(received.Select(request => InvocationTokenTests.VerifiedAsync(scene, request.Fit)));
        var app = claims.Select(claim => claim["app"]!).Single(app => app.Text("installationId").EndsWith(scene.Acme.InstallationId, StringComparison.Ordinal));
        app.Text("appVersion").ShouldBe("7.0.0");
        app["license"]!["active"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task An_interval_that_the_platform_does_not_know_is_told_at_start()
    {
        var problem = await Should.ThrowAsync<EmulatorException>(() => DeliveryScene.StartAsync(options => options with
        {
            Schedule = true,
            Manifest = options.Manifest with { ScheduledTriggers = [options.Manifest.ScheduledTriggers[0] with { Interval = "minute" }] },
        }));
        problem.Message.ShouldContain("hourly-sync");
        problem.Message.ShouldContain("fiveMinute");
    }

    private static Task<Scene> ScheduledAsync(double timeScale, Deliveries.Disturbances? disturbances = null) =>
        DeliveryScene.StartAsync(options => options with
        {
            Schedule = true,
            TimeScale = timeScale,
            Disturbances = disturbances ?? new Deliveries.Disturbances { TriggerDuplicates = 0 },
        });
}
