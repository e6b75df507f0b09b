using System.Net;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The app's life on a site.</summary>
public class LifecycleTests
{
    private const string AppUuid = "8db33809-1f32-48bb-8c52-5877dab48107";

    [Fact]
    public async Task An_installed_event_names_the_installation_and_brings_a_system_token()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var user = scene.Globex.Users[1].AccountId;
        var begun = await scene.BeginOneAsync("/sites/globex/install", new { user, payload = new { app = new { name = "Board" } } });
        begun.Text("kind").ShouldBe("lifecycle");
        (await scene.SettledAsync(begun)).Text("outcome").ShouldBe("delivered");
        var received = scene.Remote.Last;
        received.Target.ShouldBe("/lifecycle");
        received.Headers.ShouldContainKey("x-forge-oauth-system");
        received.Headers.ShouldNotContainKey("x-forge-oauth-user");
        var body = received.Json();
        body.Text("eventType").ShouldBe("avi:forge:installed:app");
        body.Text("id").ShouldBe(scene.Globex.InstallationId);
        body.Text("context").ShouldBe($"ari:cloud:jira::site/{scene.Globex.CloudId}");
        body.Text("installerAccountId").ShouldBe(user);
        body["app"]!.ToJsonString().ShouldBe($$"""{"id":"{{AppUuid}}","version":"1.0.0","name":"Board"}""");
        var claims = await InvocationTokenTests.VerifiedAsync(scene, received.Fit);
        claims["app"]!["environment"]!.Text("id").ShouldEndWith($"/{body["environment"]!.Text("id")}");
        claims.ContainsKey("principal").ShouldBeFalse();
    }

    [Fact]
    public async Task An_upgrade_changes_the_version_that_tokens_name_on_that_site_alone()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/sites/acme/upgrade", new { }));
        var body = scene.Remote.Last.Json();
        body.Text("eventType").ShouldBe("avi:forge:upgraded:app");
        body.Text("upgraderAccountId").ShouldBe(scene.Acme.Users[0].AccountId);
        body["app"]!.Text("version").ShouldBe("2.0.0");
        body["permissions"]!["scopes"]!.AsArray().Count.ShouldBe(5);
        (await scene.MintAsync(new { site = "acme" }))["claims"]!["app"]!.Text("appVersion").ShouldBe("2.0.0");
        (await scene.MintAsync(new { site = "globex" }))["claims"]!["app"]!.Text("appVersion").ShouldBe("1.0.0");
    }

    [Fact]
    public async Task A_lifecycle_event_is_tried_again_as_any_other()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(503);
        var begun = await scene.BeginOneAsync("/sites/acme/install", new { });
        await scene.Clock.TimerSetAsync(Minute);
        scene.Remote.Answers(200);
        scene.Clock.Advance(Minute);
        (await scene.SettledAsync(begun)).Text("outcome").ShouldBe("delivered");
        scene.Remote.Last.Json()["retryContext"]!["retryCount"]!.GetValue<int>().ShouldBe(1);
    }

    [Theory]
    [InlineData(200, "delivered")]
    [InlineData(500, "failed")]
    public async Task An_uninstall_asks_the_hook_once_and_takes_the_app_away_whatever_it_answers(int status, string outcome)
    {
        await using var scene = await DeliveryScene.StartAsync();
        var token = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        var duringHook = HttpStatusCode.Unused;
        scene.Remote.Answer = async http =>
        {
            duringHook = (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", token)).Status;
            http.Response.StatusCode = status;
        };
        var (answered, answer) = await scene.PostAsync("/sites/acme/uninstall", new { });
        answered.ShouldBe(HttpStatusCode.OK);
        answer["site"]!["installed"]!.GetValue<bool>().ShouldBeFalse();
        var delivery = answer["deliveries"]!.AsArray().ShouldHaveSingleItem()!;
        delivery.Text("kind").ShouldBe("preUninstall");
        delivery.Text("outcome").ShouldBe(outcome);
        delivery["attempts"]!.AsArray().ShouldHaveSingleItem();
        duringHook.ShouldBe(HttpStatusCode.OK);
        var received = scene.Remote.Received.ShouldHaveSingleItem();
        received.Target.ShouldBe("/uninstall");
        received.Json()["context"]!.ToJsonString().ShouldBe($$"""{"cloudId":"{{scene.Acme.CloudId}}","moduleKey":"goodbye"}""");
        received.Json().Text("contextToken").ShouldNotBeEmpty();
        received.Headers.ShouldContainKey("x-forge-oauth-system");

        (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", token)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await scene.PostAsync("/mint", new { site = "acme" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await scene.InvokeAsync(query: "?site=acme")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await scene.PostAsync("/events", new { site = "acme", @event = Updated })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await scene.PostAsync("/triggers", new { site = "acme", trigger = "hourly-sync" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await scene.PostAsync("/sites/acme/uninstall", new { })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await scene.PostAsync("/mint", new { site = "globex" })).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_hook_has_55_seconds()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var arrived = new TaskCompletionSource();
        scene.Remote.Answer = async http =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };
        var uninstall = scene.PostAsync("/sites/acme/uninstall", new { });
        await arrived.Task;
        scene.Clock.Advance(TimeSpan.FromSeconds(54.9));
        scene.Acme.IsInstalled.ShouldBeTrue();
        scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        var (_, answer) = await uninstall;
        answer["deliveries"]![0]!.Verdicts().ShouldBe(["TIMEOUT_ERROR"]);
        scene.Acme.IsInstalled.ShouldBeFalse();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task An_uninstall_can_be_silent_and_choose_what_products_answer(int productStatus)
    {
        await using var scene = await DeliveryScene.StartAsync();
        var token = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        var (status, _) = await scene.PostAsync("/sites/acme/uninstall", new { preUninstall = false, productStatus });
        status.ShouldBe(HttpStatusCode.OK);
        scene.Remote.Received.ShouldBeEmpty();
        ((int)(await scene.GetAsync(scene.Acme, "confluence", "wiki/rest/api/content", token)).Status).ShouldBe(productStatus);
        (await scene.PostAsync("/sites/globex/uninstall", new { productStatus = 200 })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_still_waits_for_an_uninstalled_app_is_given_up()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(500);
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated });
        await scene.Clock.TimerSetAsync(Minute);
        await scene.PostAsync("/sites/acme/reinstall", new { retries = 0 });
        scene.Clock.Advance(Minute);
        var delivery = await scene.SettledAsync(begun);
        delivery.Text("outcome").ShouldBe("failed");
        delivery.Text("cause").ShouldContain("uninstalled");
        delivery["attempts"]!.AsArray().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("install", true)]
    [InlineData("reinstall", true)]
    [InlineData("reinstall", false)]
    public async Task Installed_again_a_site_has_a_new_installation_and_the_old_tokens_are_void(string how, bool uninstalledBefore)
    {
        await using var scene = await DeliveryScene.StartAsync();
        var before = scene.Acme;
        var oldToken = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        if (uninstalledBefore)
        {
            await scene.PostAsync("/sites/acme/uninstall", new { });
        }

        await scene.SettledAsync(await scene.BeginOneAsync($"/sites/acme/{how}", new { }));
        var body = scene.Remote.Last.Json();
        body.Text("id").ShouldNotBe(before.InstallationId);
        body.Text("id").ShouldBe(scene.Acme.InstallationId);
        scene.Acme.CloudId.ShouldBe(before.CloudId);
        scene.Acme.IsInstalled.ShouldBeTrue();
        var claims = await InvocationTokenTests.VerifiedAsync(scene, scene.Remote.Last.Fit);
        claims["app"]!.Text("installationId").ShouldEndWith(scene.Acme.InstallationId);
        (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", oldToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/myself")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Products_can_learn_of_an_installation_later()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.BeginOneAsync("/sites/acme/reinstall", new { productDelay = 30 });
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/myself")).Status.ShouldBe(HttpStatusCode.Forbidden);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/myself")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_body_is_not_needed_and_an_unknown_site_or_user_changes_nothing()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var installation = scene.Acme.InstallationId;
        (await scene.PostAsync("/sites/moon/reinstall", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await scene.PostAsync("/sites/acme/reinstall", new { user = "nobody" })).Status.ShouldBe(HttpStatusCode.NotFound);
        scene.Acme.InstallationId.ShouldBe(installation);
        using var response = await scene.Client.PostAsync("/sites/acme/reinstall", null);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        scene.Acme.InstallationId.ShouldNotBe(installation);
    }
}
