using System.Collections.Concurrent;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>How the platform, products and silence tell of an installation's life, through HTTP (contract sections 1, 6 and 8).</summary>
public sealed class LifecycleTests
{
    private const string Manifest = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - { key: life, remote: backend, route: { path: /lifecycle } }
            - { key: gone, remote: backend, route: { path: /uninstall } }
            - { key: hour, remote: backend, route: { path: /hourly } }
          trigger:
            - { key: life, endpoint: life, events: ["avi:forge:installed:app", "avi:forge:upgraded:app"] }
          macro:
            - { key: macro, resource: page, title: Page, resolver: { endpoint: hour } }
          preUninstall:
            - { key: gone, endpoint: gone }
          migration:dataResidency:
            key: dare
            remote: backend
            path: /migration
          scheduledTrigger:
            - { key: hourly, endpoint: hour, interval: hour }
        """;

    /// <summary>Of a version that handles no changes in the life of an installation.</summary>
    private const string FormerManifest = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - { key: gone, remote: backend, route: { path: /uninstall } }
          preUninstall:
            - { key: gone, endpoint: gone }
        """;

    private readonly ConcurrentQueue<string> _told = [];
    private readonly ConcurrentQueue<int> _runs = [];

    [Fact]
    public async Task A_pre_uninstall_runs_its_handler_and_ends_the_life_of_the_installation()
    {
        var seen = new TaskCompletionSource<string>();
        await using var remote = await StartAsync(async (HttpRequest request, SiteState state) =>
        {
            // Work has not stopped while it runs, and the site's data is there.
            await state.Collection<int>("numbers").PutAsync("last", 1);
            seen.SetResult(await new StreamReader(request.Body).ReadToEndAsync());
            return Results.Ok();
        });
        using var response = await PostAsync(remote, "/uninstall", new { context = new { cloudId = Fit.Cloud }, contextToken = "a.secret.token" });

        ((int)response.StatusCode).ShouldBe(200);
        var body = await seen.Task;
        body.ShouldContain(Fit.Cloud);
        body.ShouldNotContain("secret");
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
    }

    [Fact]
    public async Task A_pre_uninstall_without_a_handler_does_the_same()
    {
        await using var remote = await StartAsync();
        using var response = await PostAsync(remote, "/uninstall", new { });
        ((int)response.StatusCode).ShouldBe(204);
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
    }

    [Fact]
    public async Task One_whose_handler_fails_does_too()
    {
        await using var remote = await StartAsync(string () => throw new InvalidOperationException("broken"));
        using var response = await PostAsync(remote, "/uninstall", new { });
        await response.ShouldBeErrorAsync(500, "internal_error");
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
    }

    [Fact]
    public async Task One_whose_body_its_handler_cannot_take_does_too()
    {
        await using var remote = await StartAsync((int[] body) => body.Length);
        using var response = await PostAsync(remote, "/uninstall", new { });
        ((int)response.StatusCode).ShouldBe(400);
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
    }

    [Fact]
    public async Task One_whose_handler_does_not_end_does_too_when_its_time_is_up()
    {
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        await using var remote = await StartAsync(async () =>
        {
            begun.SetResult();
            await end.Task;
        });
        var posting = PostAsync(remote, "/uninstall", new { });
        await begun.Task;
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Installed);
        remote.Clock.Advance(TimeSpan.FromSeconds(54));
        using var response = await posting;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
        end.SetResult();
    }

    [Fact]
    public async Task One_whose_process_is_killed_while_its_handler_runs_does_too_some_minutes_later()
    {
        using var data = new DataFolder();
        var begun = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        await using var killed = await StartAsync(
            async () =>
            {
                begun.SetResult();
                await end.Task;
            },
            new() { ["Forge:DataPath"] = data.Path });
        var posting = PostAsync(killed, "/uninstall", new { });
        await begun.Task;
        (await LifeAsync(killed)).ShouldSatisfyAllConditions(
            life => life.State.ShouldBe(LifeState.Installed), life => life.UninstallAnnouncedAt.ShouldBe(killed.Clock.GetUtcNow()));
        (await killed.QueueAsync()).IsStopped.ShouldBeFalse();
        using var left = data.Copy();

        await using var remote = await StartAsync(settings: new() { ["Forge:DataPath"] = left.Path });
        remote.Clock.Advance(TimeSpan.FromMinutes(15));
        await StepAsync(remote, async () => (await LifeAsync(remote)).State == LifeState.Uninstalled, TimeSpan.Zero);

        (await LifeAsync(remote)).Since.ShouldBe(killed.Clock.GetUtcNow());
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
        end.SetResult();
        (await posting).Dispose();
    }

    [Fact]
    public async Task A_user_cannot_uninstall_the_app_by_calling_its_path()
    {
        var ran = false;
        await using var remote = await StartAsync(() => ran = true);
        using var response = await remote.SendAsync("POST", "/uninstall", json: new { });
        await response.ShouldBeErrorAsync(403, "forbidden");
        ran.ShouldBeFalse();
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Installed);
    }

    [Theory]
    [InlineData("/uninstall")]
    [InlineData("/lifecycle")]
    [InlineData("/hourly")]
    [InlineData("/migration/rollback")]
    public async Task Nor_can_an_anonymous_visitor_of_a_page_call_what_the_platform_does(string path)
    {
        var ran = false;
        await using var remote = await StartAsync(() => ran = true);
        object body = path.StartsWith("/migration", StringComparison.Ordinal) ? new { migrationId = 1 } : new { eventType = "avi:forge:installed:app" };

        using var response = await remote.SendAsync("POST", path, remote.Token(Anonymous), body);

        await response.ShouldBeErrorAsync(403, "forbidden");
        ran.ShouldBeFalse();
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Installed);
        _told.ShouldBeEmpty();
        (await PostAsync(remote, path, body)).StatusCode.ShouldNotBe(System.Net.HttpStatusCode.Forbidden);

        static void Anonymous(Fit fit) => fit.Claims.Remove("principal");
    }

    [Fact]
    public async Task An_installation_that_is_called_after_all_goes_on_at_once()
    {
        await using var remote = await StartAsync();
        (await PostAsync(remote, "/uninstall", new { })).Dispose();
        await ShouldBeGoneAsync(remote, LifeCause.PreUninstall);
        remote.Clock.Advance(TimeSpan.FromSeconds(2));

        (await PostAsync(remote, "/hourly", new { })).Dispose();

        (await LifeAsync(remote)).State.ShouldBe(LifeState.Active);
        await Eventually.TrueAsync(() => _told.SequenceEqual([LifecycleChange.Uninstalled, LifecycleChange.Returned]));
        await Eventually.TrueAsync(() => _runs.Count == 1);
    }

    [Fact]
    public async Task A_change_that_is_found_out_where_nobody_handles_it_waits_for_a_version_that_does()
    {
        using var data = new DataFolder();
        await using (var former = await Deliveries.StartAsync(app => app.MapForgePreUninstall("/uninstall"), FormerManifest, data.Path))
        {
            (await PostAsync(former, "/uninstall", new { })).Dispose();
            (await LifeAsync(former)).State.ShouldBe(LifeState.Uninstalled);
        }

        await using var remote = await StartAsync(settings: new() { ["Forge:DataPath"] = data.Path });

        remote.Clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(() => _told.SequenceEqual([LifecycleChange.Uninstalled]));
    }

    [Fact]
    public async Task A_queue_that_is_full_is_stopped_all_the_same_and_the_handler_is_told()
    {
        await using var remote = await StartAsync(settings: new() { ["Forge:Work:MostWaiting"] = "1" });
        var item = new WorkItem { ItemId = Guid.NewGuid().ToString(), Kind = WorkKind.Job, Key = "later", NotBefore = remote.Clock.GetUtcNow().AddDays(1) };
        await remote.Queue().AcceptAsync(new([item]));

        (await PostAsync(remote, "/uninstall", new { })).Dispose();

        (await remote.QueueAsync()).IsStopped.ShouldBeTrue();
        await Eventually.TrueAsync(() => _told.SequenceEqual([LifecycleChange.Uninstalled]));
    }

    [Fact]
    public async Task An_installed_event_makes_the_installation_a_fresh_one()
    {
        await using var remote = await StartAsync();
        (await remote.GetAsync("/call/GET")).Dispose();
        remote.Clock.Advance(TimeSpan.FromHours(1));
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Active);

        using var response = await PostAsync(remote, "/lifecycle", new { eventType = "avi:forge:installed:app", id = Fit.Site, context = "ari:cloud:confluence::site/x" });

        ((int)response.StatusCode).ShouldBe(202);
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Installed);
        await Eventually.TrueAsync(() => _told.SequenceEqual([LifecycleChange.Installed]));
    }

    [Theory]
    [InlineData("GET", 401)]
    [InlineData("POST", 403)]
    [InlineData("DELETE", 403)]
    public async Task A_product_that_denies_right_after_the_install_is_asked_again(string method, int status)
    {
        await using var remote = await StartAsync();
        Deny(remote, status, times: 2);
        (await CallAsync(remote, method)).ShouldBe(200);
        remote.Product.Requests.Count.ShouldBe(3);
        remote.Product.Requests.ShouldAllBe(request => request.Method == method && request.Header("authorization") != null);
    }

    [Fact]
    public async Task It_is_believed_after_some_seconds()
    {
        await using var remote = await StartAsync();
        Deny(remote, 403);
        (await CallAsync(remote, "GET")).ShouldBe(403);
        remote.Product.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    public async Task What_is_no_denial_is_believed_at_once(int status)
    {
        await using var remote = await StartAsync();
        Deny(remote, status);
        (await CallAsync(remote, "GET")).ShouldBe(status);
        remote.Product.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Ten_minutes_later_it_is_believed_at_once()
    {
        await using var remote = await StartAsync();
        (await CallAsync(remote, "GET")).ShouldBe(200);
        remote.Clock.Advance(TimeSpan.FromMinutes(10));
        remote.Product.Requests.Clear();
        Deny(remote, 401);
        (await CallAsync(remote, "GET")).ShouldBe(401);
        remote.Product.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Work_that_is_denied_right_after_the_install_is_tried_again_until_it_succeeds()
    {
        await using var remote = await StartAsync();
        Deny(remote, 403, times: 9);
        (await PostAsync(remote, "/hourly", new { })).Dispose();
        await StepAsync(remote, () => Task.FromResult(_runs.Contains(200)), TimeSpan.FromSeconds(1), 600);
        _runs.ShouldBe([200]);
        remote.Product.Requests.Count.ShouldBe(10);
    }

    [Fact]
    public async Task Work_without_a_token_goes_on_when_an_invocation_brings_one()
    {
        await using var remote = await StartAsync();
        var fit = remote.Token(fit =>
        {
            Platform(fit);
            fit.AtBase(remote.ProductBase);
        });
        (await remote.SendAsync("POST", "/hourly", fit, new { })).EnsureSuccessStatusCode().Dispose();
        var queue = remote.Services.GetRequiredService<IActors>().Get<IWorkQueue>(Fit.Site);
        await Eventually.TrueAsync(async () => (await queue.DescribeAsync(QueueRequest.Instance)).WaitingForToken);
        _runs.ShouldBeEmpty();

        (await CallAsync(remote, "GET")).ShouldBe(200);

        // At once: the clock stands still.
        await Eventually.TrueAsync(() => _runs.SequenceEqual([200]));
    }

    [Fact]
    public async Task A_site_whose_products_refuse_the_app_for_a_day_and_that_calls_no_more_is_uninstalled()
    {
        await using var remote = await StartAsync();
        (await CallAsync(remote, "GET")).ShouldBe(200);
        remote.Clock.Advance(TimeSpan.FromHours(1));
        Deny(remote, 404);
        for (var i = 0; i < 2; i++)
            (await CallAsync(remote, "GET")).ShouldBe(404);
        await Task.Delay(100);
        (await LifeAsync(remote)).RefusedSince.ShouldBeNull("so few may be about anything");
        var before = remote.Clock.GetUtcNow();
        (await CallAsync(remote, "GET")).ShouldBe(404);
        await StepAsync(remote, async () => (await LifeAsync(remote)).RefusedSince == before, TimeSpan.Zero);

        // A good answer takes it back; then it begins once more.
        remote.Product.Answer = _ => Task.CompletedTask;
        (await CallAsync(remote, "GET")).ShouldBe(200);
        await StepAsync(remote, async () => (await LifeAsync(remote)).RefusedSince is null, TimeSpan.Zero);
        Deny(remote, 404);
        for (var i = 0; i < 3; i++)
            (await CallAsync(remote, "GET")).ShouldBe(404);
        await StepAsync(remote, async () => (await LifeAsync(remote)).RefusedSince is not null, TimeSpan.Zero);

        await StepAsync(remote, async () => (await LifeAsync(remote)).State == LifeState.Uninstalled, TimeSpan.FromMinutes(20), 80);

        (remote.Clock.GetUtcNow() - before).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(24));
        await ShouldBeGoneAsync(remote, LifeCause.Inferred);
    }

    [Fact]
    public async Task After_an_erasure_what_was_sent_before_is_403_and_what_is_sent_then_finds_nothing()
    {
        await using var remote = await StartAsync();
        var old = remote.Token();
        (await remote.SendAsync("PUT", "/number", old, 7)).EnsureSuccessStatusCode();
        remote.Clock.Advance(TimeSpan.FromSeconds(2));
        await remote.Services.GetRequiredService<IActors>().Get<IInstallationActor>(Fit.Site).EraseAsync(new(remote.Clock.GetUtcNow()));
        remote.Clock.Advance(TimeSpan.FromSeconds(2));

        // This process has not heard of it: what it stores is refused all the same.
        using (var late = await remote.SendAsync("PUT", "/number", old, 8))
            await late.ShouldBeErrorAsync(403, "forbidden");
        remote.Services.GetRequiredService<Admissions>().Forget(Fit.Site);
        using (var late = await remote.GetAsync("/number", old))
            await late.ShouldBeErrorAsync(403, "forbidden");
        (await NumberAsync()).ShouldBe("0");
        (await remote.SendAsync("PUT", "/number", json: 9)).EnsureSuccessStatusCode();
        (await NumberAsync()).ShouldBe("9");

        async Task<string> NumberAsync()
        {
            using var response = await remote.GetAsync("/number");
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task After_an_erasure_that_a_process_has_not_heard_of_a_delivery_to_it_brings_the_installation_back()
    {
        await using var remote = await StartAsync();
        (await PostAsync(remote, "/hourly", new { })).Dispose();
        await Eventually.TrueAsync(() => _runs.Count == 1);
        remote.Clock.Advance(TimeSpan.FromSeconds(2));
        await remote.Services.GetRequiredService<IActors>().Get<IInstallationActor>(Fit.Site).EraseAsync(new(remote.Clock.GetUtcNow()));
        remote.Clock.Advance(TimeSpan.FromSeconds(2));

        (await PostAsync(remote, "/hourly", new { })).EnsureSuccessStatusCode().Dispose();

        await Eventually.TrueAsync(() => _runs.Count == 2);
        (await LifeAsync(remote)).State.ShouldBe(LifeState.Installed);
    }

    private static void Platform(Fit fit)
    {
        fit.Claims.Remove("principal");
        fit.App["module"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "core:endpoint", ["key"] = "gone" };
    }

    private static void Deny(Remote remote, int status, int times = int.MaxValue)
    {
        var left = times;
        remote.Product.Answer = context =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
                context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
    }

    private static Task<HttpResponseMessage> PostAsync(Remote remote, string path, object body) => remote.SendAsync(
        "POST",
        path,
        remote.Token(fit =>
        {
            Platform(fit);
            fit.AtBase(remote.ProductBase);
        }),
        body,
        system: $"{Remote.AccessTokenMark}-1");

    private static async Task<InstallationLife> LifeAsync(Remote remote) =>
        (await remote.Services.GetRequiredService<IActors>().Get<IInstallationActor>(Fit.Site).DescribeLifeAsync(new())).ShouldNotBeNull();

    private static async Task<int> CallAsync(Remote remote, string method)
    {
        var calling = remote.SendAsync("GET", $"/call/{method}", remote.Token(fit => fit.AtBase(remote.ProductBase)), system: $"{Remote.AccessTokenMark}-1");
        for (var i = 0; i < 400 && !calling.IsCompleted; i++)
        {
            await Task.WhenAny(calling, Task.Delay(20));
            if (!calling.IsCompleted && remote.Clock.NextTimers(TimeSpan.Zero, TimeSpan.FromSeconds(2)))
                remote.Clock.Advance(TimeSpan.FromSeconds(0.25));
        }
        using var response = await calling;
        return int.Parse(await response.Content.ReadAsStringAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task StepAsync(Remote remote, Func<Task<bool>> isSo, TimeSpan step, int most = 3_000)
    {
        for (var i = 0; i < most && !await isSo(); i++)
        {
            if (step > TimeSpan.Zero)
                remote.Clock.Advance(step);
            await Task.Delay(20);
        }
        (await isSo()).ShouldBeTrue();
    }

    private async Task ShouldBeGoneAsync(Remote remote, LifeCause cause)
    {
        await Eventually.TrueAsync(() => _told.Contains(LifecycleChange.Uninstalled));
        var life = await LifeAsync(remote);
        (life.State, life.Cause).ShouldBe((LifeState.Uninstalled, cause));
        (await remote.Services.GetRequiredService<IActors>().Get<IWorkQueue>(Fit.Site).DescribeAsync(QueueRequest.Instance)).IsStopped.ShouldBeTrue();
    }

    private Task<Remote> StartAsync(Delegate? preUninstall = null, Dictionary<string, string?>? settings = null) => Remote.StartAsync(new()
    {
        Manifest = Manifest,
        Settings = settings ?? [],
        Map = app =>
        {
            app.MapForgeLifecycle("/lifecycle", (LifecycleEvent change) => _told.Enqueue(change.Change));
            app.MapForgePreUninstall("/uninstall", preUninstall);
            app.MapForgeRealmMigration("/migration");
            app.MapForgeScheduledTrigger("hourly", "/hourly", async (TriggerRun run, ConfluenceApi confluence, CancellationToken token) =>
            {
                using var response = await confluence.AsApp().SendAsync(new(HttpMethod.Post, "/x"), cancellationToken: token);
                _runs.Enqueue((int)response.StatusCode);
            });
            app.MapForgeInvocation("GET", "/call/{method}", async (string method, ConfluenceApi confluence, CancellationToken token) =>
            {
                using var request = new HttpRequestMessage(new(method), "/x");
                using var response = await confluence.AsApp().SendAsync(request, cancellationToken: token);
                return (int)response.StatusCode;
            });
            app.MapForgeInvocation("GET", "/number", async (SiteState state) => (await state.Collection<int>("numbers").GetAsync("one"))?.Value ?? 0);
            app.MapForgeInvocation("PUT", "/number", async (SiteState state, [Microsoft.AspNetCore.Mvc.FromBody] int number) => await state.Collection<int>("numbers").PutAsync("one", number));
        },
    });
}
