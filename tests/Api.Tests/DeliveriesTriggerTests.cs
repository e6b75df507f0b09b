using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>Scheduled triggers: which one a delivery is, and how its runs keep off each other.</summary>
public sealed class DeliveriesTriggerTests
{
    [Fact]
    public async Task Triggers_that_share_a_path_are_told_apart_by_the_token_alone()
    {
        var runs = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app =>
        {
            app.MapForgeScheduledTrigger("hourly", "/hourly", (TriggerRun run) => runs.Say($"first {run.Key}"));
            app.MapForgeScheduledTrigger("daily", "/hourly", (TriggerRun run) => runs.Say($"second {run.Key}"));
        }, Manifest(("hourly", "hour"), ("daily", "day")));
        const string Body = """{"context":{"cloudId":"c","moduleKey":"hourly"}}""";

        await remote.AcceptedAsync("/hourly", Body, Deliveries.OfTrigger("daily"));
        (await runs.NextAsync()).ShouldBe("second daily");
        await remote.AcceptedAsync("/hourly", Body, Deliveries.OfTrigger("hourly"));
        (await runs.NextAsync()).ShouldBe("first hourly");
        remote.Clock.Advance(TimeSpan.FromDays(1));
        await remote.AcceptedAsync("/hourly", Body, fit =>
        {
            fit.Claims.Remove("context");
            fit.App["module"]!["key"] = "daily";
        });
        (await runs.NextAsync()).ShouldBe("second daily");
    }

    [Fact]
    public async Task A_token_that_names_none_of_them_is_refused()
    {
        await using var remote = await Deliveries.StartAsync(app =>
        {
            app.MapForgeScheduledTrigger("hourly", "/hourly", () => { });
            app.MapForgeScheduledTrigger("daily", "/hourly", () => { });
        }, Manifest(("hourly", "hour"), ("daily", "day")));
        using var response = await remote.DeliverAsync("/hourly", "{}");
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain("hourly, daily");
    }

    [Fact]
    public async Task One_that_comes_while_its_run_goes_on_is_no_second_run_however_long_that_takes()
    {
        var (entered, go) = (new Said<int>(), new TaskCompletionSource());
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeScheduledTrigger("hourly", "/hourly", async () =>
        {
            entered.Say(1);
            await go.Task;
        }), Manifest(("hourly", "hour")));
        var accepted = await remote.AcceptedAsync("/hourly", "{}");
        await entered.NextAsync();
        foreach (var minutes in (int[])[31, 20])
        {
            await AdvanceWithLeasesAsync(remote, TimeSpan.FromMinutes(minutes));
            (await remote.AcceptedAsync("/hourly", "{}")).ShouldBe(accepted with { IsDuplicate = true });
        }
        go.SetResult();
        await remote.IdleAsync();
        entered.All.Count.ShouldBe(1);
        (await remote.AcceptedAsync("/hourly", "{}")).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_manifest_that_tells_its_interval_the_shortest_is_assumed()
    {
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeScheduledTrigger("five", "/hourly", () => { }), Manifest(("five", "fiveMinute")));
        await remote.AcceptedAsync("/hourly", "{}");
        await remote.IdleAsync();
        remote.Clock.Advance(TimeSpan.FromMinutes(2));
        (await remote.AcceptedAsync("/hourly", "{}")).IsDuplicate.ShouldBeTrue();
        remote.Clock.Advance(TimeSpan.FromMinutes(3));
        (await remote.AcceptedAsync("/hourly", "{}")).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task A_body_that_is_no_object_is_refused()
    {
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeScheduledTrigger("hourly", "/hourly", () => { }), Manifest(("hourly", "hour")));
        foreach (var body in (string[])["[]", "{", "7"])
        {
            using var response = await remote.DeliverAsync("/hourly", body);
            await response.ShouldBeErrorAsync(400, "invalid_request");
        }
    }

    // In steps in which leases are renewed, and with a moment for whoever has them to hear of it.
    private static async Task AdvanceWithLeasesAsync(Remote remote, TimeSpan by)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromSeconds(10))
        {
            remote.Clock.Advance(TimeSpan.FromSeconds(10));
            await remote.QueueAsync();
            await Task.Delay(1);
        }
    }

    // Without the trigger of events, which has no handler here.
    private static string Manifest(params (string Key, string Interval)[] triggers) => RemoteSetup.PlainManifest + $$"""

        modules:
          endpoint:
            - { key: hourly, remote: backend, route: { path: /hourly } }
          scheduledTrigger:
        {{string.Join('\n', triggers.Select(trigger => $"    - {{ key: {trigger.Key}, endpoint: hourly, interval: {trigger.Interval} }}"))}}
        """;
}
