using ForgeOrleans.Testing.Tests.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Testing.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task Work_that_fails_twice_is_done_in_the_end()
    {
        await using var scene = await NotesScene.StartAsync();
        var attempts = 0;
        scene.App.OnEvent = _ => ++attempts < 3 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask;
        var deliveries = await scene.Acme.SendEventAsync("avi:jira:created:issue", new { issue = new { id = "7" } });
        await scene.Acme.WhenWorkIsDoneAsync();
        attempts.ShouldBe(3);
        deliveries.ShouldHaveSingleItem().Attempts.ShouldHaveSingleItem().Verdict.ShouldBe("delivered");
        (await scene.NotesAsync()).ShouldBe(["issue-7"]);
    }

    [Fact]
    public async Task Work_that_fails_for_good_is_told_with_its_error_and_can_be_replayed()
    {
        await using var scene = await NotesScene.StartAsync();
        scene.App.OnEvent = _ => throw new ForgeOrleans.Work.PermanentFailureException("The tunnel is painted on.");
        await scene.Acme.SendEventAsync("avi:jira:created:issue", new { issue = new { id = "7" } });
        var failed = await Should.ThrowAsync<ForgeTestException>(() => scene.Acme.WhenWorkIsDoneAsync());
        failed.Message.ShouldContain("Work of site acme has failed for good");
        failed.Message.ShouldContain("avi:jira:created:issue after 1 attempt");
        failed.Message.ShouldContain("The tunnel is painted on.");
        (await scene.Acme.DeadLettersAsync()).ShouldHaveSingleItem().Key.ShouldBe("avi:jira:created:issue");
        scene.App.OnEvent = _ => Task.CompletedTask;
        await scene.Acme.ReplayDeadLettersAsync();
        await scene.Acme.WhenWorkIsDoneAsync();
        (await scene.NotesAsync()).ShouldBe(["issue-7"]);
    }

    [Fact]
    public async Task Work_that_hangs_is_told_after_the_limit()
    {
        await using var scene = await NotesScene.StartAsync(new() { WaitLimit = TimeSpan.FromSeconds(10) });
        var hangs = new TaskCompletionSource();
        scene.App.OnEvent = _ => hangs.Task;
        await scene.Acme.SendEventAsync("avi:jira:created:issue", new { issue = new { id = "7" } });
        var late = await Should.ThrowAsync<ForgeTestException>(() => scene.Acme.WhenWorkIsDoneAsync());
        late.Message.ShouldContain("Waited 10 s for the work of site acme. It has 0 waiting, 1 running, 0 dead-lettered.");
        hangs.SetResult();
    }

    [Fact]
    public async Task A_delivery_that_the_remote_refuses_is_an_error_that_says_why()
    {
        await using var platform = await ForgePlatform.StartAsync(NotesApp.Manifest);
        await using var remote = await platform.HostAsync(_ => { }, app => app.MapPost("/events", () => Results.StatusCode(500)));
        var acme = platform.Site("acme");
        var refused = await Should.ThrowAsync<DeliveryFailedException>(() => acme.SendEventAsync("avi:jira:created:issue"));
        refused.Message.ShouldContain("avi:jira:created:issue on acme");
        refused.Message.ShouldContain("1. answered 500");
        refused.Message.ShouldContain("5. answered 500");
        refused.Message.ShouldContain("(contract, section 7)");
        refused.Deliveries.ShouldHaveSingleItem().Attempts.Count.ShouldBe(5);

        var looked = await acme.SendEventAsync("avi:jira:created:issue", options: new() { MustSucceed = false, Retries = 0 });
        looked.ShouldHaveSingleItem().Outcome.ShouldBe(DeliveryOutcome.Failed);
        var begun = await acme.SendEventAsync("avi:jira:created:issue", options: new() { Wait = false, Delay = TimeSpan.FromDays(1) });
        begun.ShouldHaveSingleItem().Outcome.ShouldBe(DeliveryOutcome.Waiting);
    }

    [Fact]
    public async Task A_jump_of_the_platforms_time_brings_the_retry_now()
    {
        await using var scene = await NotesScene.StartAsync(new() { TimeScale = 1 });
        var begun = await scene.Acme.SendEventAsync(
            "avi:jira:created:issue", new { issue = new { id = "7" } }, new() { Wait = false, Token = TokenChanges.Forged, TokenAttempts = 1 });
        while ((await scene.Platform.Deliveries.ListAsync("acme")).Single().Attempts.Count == 0)
            await Task.Delay(10);
        var before = await scene.Platform.Clock.NowAsync();
        await scene.Platform.Clock.JumpAsync(TimeSpan.FromSeconds(61));
        (await scene.Platform.Clock.NowAsync() - before).ShouldBeGreaterThan(TimeSpan.FromSeconds(60));
        var delivery = await scene.Platform.Deliveries.WaitAsync(begun[0]);
        delivery.Attempts.Select(attempt => attempt.Verdict).ShouldBe(["INVALID_FORGE_INVOCATION_TOKEN", "delivered"]);
        await scene.Acme.WhenWorkIsDoneAsync();
        (await scene.NotesAsync()).ShouldBe(["issue-7"]);
    }

    [Fact]
    public async Task A_web_trigger_is_called_in_both_forms()
    {
        await using var scene = await NotesScene.StartAsync();
        foreach (var raw in new[] { false, true })
        {
            var answer = await scene.Acme.CallWebTriggerAsync("hook", "PUT", "/done?by=ada", new { n = 1 }, raw: raw);
            answer.Status.ShouldBe(201, answer.ToString());
            answer.Headers["content-type"].ShouldStartWith("application/json");
            var said = answer.As<Dictionary<string, string>>();
            (said["method"], said["userPath"], said["sent"], said["by"]).ShouldBe(("PUT", "/done", """{"n":1}""", "ada"));
        }
        var unknown = await Should.ThrowAsync<ForgeTestException>(() => scene.Acme.CallWebTriggerAsync("hok"));
        unknown.Message.ShouldBe("The manifest has no webtrigger \"hok\" with an endpoint; its web triggers: hook.");
    }

    [Fact]
    public async Task The_apps_life_on_a_site_goes_on()
    {
        await using var scene = await NotesScene.StartAsync();
        await scene.Acme.InstallAsync();
        await scene.Acme.UpgradeAsync("3.0.0");
        await scene.Acme.WhenWorkIsDoneAsync();
        (await scene.NotesAsync()).ShouldBe(["life-installed", "life-upgraded"]);
        var first = scene.Acme.InstallationId;

        (await scene.Acme.UninstallAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(DeliveryOutcome.Delivered);
        scene.Acme.IsInstalled.ShouldBeFalse();
        var gone = await Should.ThrowAsync<ForgeTestException>(() => scene.Ada.InvokeAsync("GET", "/notes"));
        gone.Message.ShouldContain("The app is not installed on site \"acme\"");

        await scene.Acme.ReinstallAsync();
        await scene.Acme.WhenWorkIsDoneAsync();
        scene.Acme.InstallationId.ShouldNotBe(first);
        // The first event of the new installation, which has nothing of the former one.
        (await scene.NotesAsync()).ShouldNotContain("life-upgraded");
        await scene.Platform.ShouldHaveKeptTheContractAsync();
    }
}
