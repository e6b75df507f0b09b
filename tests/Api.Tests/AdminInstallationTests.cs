using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>What operators see of installations.</summary>
public sealed class AdminInstallationTests
{
    private const string System = Remote.AccessTokenMark + "-of-the-app";
    private const string User = Remote.AccessTokenMark + "-of-a-user";

    [Fact]
    public async Task An_installation_is_described_whole()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync();
        await scene.DeliverTriggerAsync(site);
        await scene.InstallAsync(site, Licensed, Jwt(scene, System), Jwt(scene, User));
        await scene.Queue(site).SetScheduleAsync(new() { Name = "nightly", Job = "sometimes", Cron = "0 30 2 ? * MON-FRI", TimeZone = "Europe/Berlin", Payload = """{"deep":[1]}"""u8.ToArray() });
        await scene.EnqueueAsync(site, "long");
        await scene.UntilAsync(site, queue => queue.Running == 1);
        await scene.EnqueueAsync(site, "sometimes", notBefore: scene.Clock.GetUtcNow().AddHours(1));
        await scene.ParkAsync(site);

        var shown = await scene.GetAsync($"/admin/installations/{site}");

        shown.GetProperty("installationId").GetString().ShouldBe(site);
        shown.GetProperty("appId").GetString().ShouldBe(Fit.AppUuid);
        shown.GetProperty("life").GetString().ShouldBeOneOf("installed", "active");
        shown.GetProperty("environmentType").GetString().ShouldBe("PRODUCTION");
        var context = shown.GetProperty("contexts").EnumerateArray().Single();
        (context.GetProperty("name").GetString(), context.GetProperty("cloudId").GetString()).ShouldBe(("confluence", Fit.Cloud));
        shown.GetProperty("license").GetProperty("active").GetBoolean().ShouldBeTrue();

        var tokens = shown.GetProperty("tokens");
        tokens.GetProperty("system").GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(scene.Clock.GetUtcNow());
        tokens.GetProperty("users").GetInt32().ShouldBe(1);
        tokens.GetProperty("usersUntil").GetDateTimeOffset().ShouldBeGreaterThan(scene.Clock.GetUtcNow());

        var queue = shown.GetProperty("queue");
        (queue.GetProperty("waiting").GetInt64(), queue.GetProperty("running").GetInt32(), queue.GetProperty("deadLetters").GetInt64()).ShouldBe((1, 1, 1));
        queue.GetProperty("oldestSeconds").GetInt64().ShouldBe(0);

        var trigger = shown.GetProperty("triggers").EnumerateArray().Single();
        trigger.GetProperty("key").GetString().ShouldBe("hourly");
        trigger.GetProperty("outcome").GetString().ShouldBe("succeeded");
        trigger.GetProperty("lastStarted").GetDateTimeOffset().ShouldBe(scene.Clock.GetUtcNow());
        trigger.GetProperty("lastFinished").GetDateTimeOffset().ShouldBe(scene.Clock.GetUtcNow());
        trigger.GetProperty("nextExpected").GetDateTimeOffset().ShouldBe(scene.Clock.GetUtcNow().AddHours(1));
        trigger.GetProperty("isMissed").GetBoolean().ShouldBeFalse();

        var schedule = shown.GetProperty("schedules").EnumerateArray().Single();
        (schedule.GetProperty("name").GetString(), schedule.GetProperty("job").GetString()).ShouldBe(("nightly", "sometimes"));
        schedule.GetProperty("payload").GetProperty("deep")[0].GetInt32().ShouldBe(1);
        schedule.GetProperty("next").GetDateTimeOffset().ShouldBeGreaterThan(scene.Clock.GetUtcNow());

        var run = shown.GetProperty("running").EnumerateArray().Single();
        (run.GetProperty("kind").GetString(), run.GetProperty("key").GetString(), run.GetProperty("attempt").GetInt32()).ShouldBe(("job", "long", 1));
    }

    [Fact]
    public async Task Oldest_work_and_missed_triggers_show_as_time_passes()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync();
        await scene.DeliverTriggerAsync(site);
        await scene.EnqueueAsync(site, "sometimes", notBefore: scene.Clock.GetUtcNow().AddDays(1));
        scene.Clock.Advance(TimeSpan.FromHours(1.9));
        (await scene.GetAsync($"/admin/installations/{site}")).GetProperty("hasStoppedReceivingTriggers").GetBoolean().ShouldBeFalse();

        scene.Clock.Advance(TimeSpan.FromHours(0.2));

        var shown = await scene.GetAsync($"/admin/installations/{site}");
        shown.GetProperty("triggers")[0].GetProperty("isMissed").GetBoolean().ShouldBeTrue();
        shown.GetProperty("hasStoppedReceivingTriggers").GetBoolean().ShouldBeTrue();
        var listed = (await scene.GetAsync("/admin/installations")).GetProperty("installations").EnumerateArray().Single();
        listed.GetProperty("missedTriggers")[0].GetString().ShouldBe("hourly");
        listed.GetProperty("hasStoppedReceivingTriggers").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0009")]
    [InlineData("9F2B0A66-1D6C-4A53-8A4E-3F1F7C7D0009")]
    [InlineData("x")]
    [InlineData("..%2f..%2faudit")]
    public async Task An_unknown_installation_is_not_found_and_asking_creates_nothing(string id)
    {
        await using var scene = await AdminScene.StartAsync();
        await scene.InstallAsync();
        var before = Rows(scene);

        foreach (var (method, path) in new[]
                 {
                     ("GET", ""), ("DELETE", ""), ("GET", "/dead-letters"), ("POST", "/dead-letters/replay"), ("POST", "/dead-letters/x/replay"), ("DELETE", "/dead-letters/x"),
                     ("POST", "/export"), ("DELETE", "/schedules/x"),
                 })
            await scene.RefusedAsync(404, "not_found", method, $"/admin/installations/{id}{path}");
        await scene.RefusedAsync(404, "not_found", "POST", $"/admin/installations/{id}/adopt", json: new { from = Guid.NewGuid() });

        Rows(scene).ShouldBe(before);
    }

    [Fact]
    public async Task An_installation_is_found_by_its_id_however_it_is_written()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync();
        (await scene.GetAsync($"/admin/installations/{site.ToUpperInvariant()}")).GetProperty("installationId").GetString().ShouldBe(site);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task All_installations_are_listed_each_once(int limit)
    {
        await using var scene = await AdminScene.StartAsync();
        var sites = await InstallAsync(scene, 7);

        var (pages, ids) = await ListAsync(scene, $"limit={limit}");

        ids.Order().ShouldBe(sites.Order());
        pages.ShouldAllBe(page => page <= limit);
        pages.Count.ShouldBe((7 + limit - 1) / limit);
    }

    [Fact]
    public async Task Installations_of_all_configured_apps_are_listed()
    {
        const string other = "0aaf5a3e-0a3a-4c8b-9a52-3d2f1f7c7d00";
        await using var scene = await AdminScene.StartAsync(new() { ["Forge:Apps:1:Id"] = $"ari:cloud:ecosystem::app/{other}", ["Forge:Apps:1:JwksUrl"] = "{keys}/jwks.json" });
        var first = await scene.InstallAsync();
        var second = await scene.InstallAsync(change: fit =>
        {
            fit.Claims["aud"] = $"ari:cloud:ecosystem::app/{other}";
            fit.App["id"] = $"ari:cloud:ecosystem::app/{other}";
            fit.App["environment"]!["id"] = $"ari:cloud:ecosystem::environment/{other}/{Fit.Environment}";
        });

        (await ListAsync(scene, "limit=1")).Ids.ShouldBe([first, second]);
        (await ListAsync(scene, $"limit=1&cloudId={Fit.Cloud}")).Ids.ShouldBe([first, second]);
    }

    [Fact]
    public async Task Installations_are_filtered_by_what_ails_them()
    {
        await using var scene = await AdminScene.StartAsync();
        var sites = await InstallAsync(scene, 4);
        await scene.ParkAsync(sites[1]);
        await scene.EnqueueAsync(sites[2], "nobody-takes-it");
        scene.Clock.Advance(TimeSpan.FromSeconds(100));
        var elsewhere = await scene.InstallAsync(change: fit => fit.App["installation"]!["contexts"]![0]!["cloudId"] = "99999999-aaaa-4bbb-8ccc-000000000009");

        (await ListAsync(scene, "deadLetters=true&limit=1")).Ids.ShouldBe([sites[1]]);
        (await ListAsync(scene, "deadLetters=false")).Ids.Order().ShouldBe(sites.Append(elsewhere).Except([sites[1]]).Order());
        (await ListAsync(scene, "olderThan=99")).Ids.ShouldBe([sites[2]]);
        (await ListAsync(scene, "olderThan=101")).Ids.ShouldBeEmpty();
        (await ListAsync(scene, "cloudId=99999999-aaaa-4bbb-8ccc-000000000009")).Ids.ShouldBe([elsewhere]);
        (await ListAsync(scene, $"cloudId={Fit.Cloud}&limit=3")).Ids.Order().ShouldBe(sites.Order());
        (await ListAsync(scene, $"cloudId={Fit.Cloud}&deadLetters=true")).Ids.ShouldBe([sites[1]]);
        (await ListAsync(scene, "life=erased")).Ids.ShouldBeEmpty();
        (await ListAsync(scene, "life=active")).Ids.Concat((await ListAsync(scene, "life=installed")).Ids).Order().ShouldBe(sites.Append(elsewhere).Order());
    }

    [Fact]
    public async Task A_listing_looks_at_so_many_installations_and_goes_on_with_a_cursor()
    {
        await using var scene = await AdminScene.StartAsync();
        var sites = await InstallAsync(scene, 320);
        await scene.ParkAsync(sites[17]);

        var (pages, ids) = await ListAsync(scene, "deadLetters=true");

        ids.ShouldBe([sites[17]]);
        pages.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("limit=1&limit=2")]
    [InlineData("life=asleep")]
    [InlineData("life=0")]
    [InlineData("deadLetters=yes")]
    [InlineData("olderThan=-1")]
    [InlineData("olderThan=1h")]
    [InlineData("cursor=")]
    [InlineData("cursor=x")]
    [InlineData("cursor=8db33809-1f32-48bb-8c52-5877dab48107.64.9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0009")]
    [InlineData("cursor=9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0009.1.9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0009")]
    [InlineData("cloudId=")]
    public async Task What_cannot_be_meant_is_refused_by_name(string query)
    {
        await using var scene = await AdminScene.StartAsync();
        using var response = await scene.SendAsync("GET", $"/admin/installations?{query}");
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain(query.Split('=')[0]);
    }

    [Fact]
    public async Task No_answer_has_a_token_in_it_nor_the_key()
    {
        await using var scene = await AdminScene.StartAsync();
        var site = await scene.InstallAsync(Fit.Site, change: Licensed, system: Jwt(scene, System), user: Jwt(scene, User));
        await scene.DeliverTriggerAsync(site);
        await scene.ParkAsync(site);
        var answers = new List<string>();
        foreach (var (method, path) in AdminKeyTests.Routes.Select(row => ((string)row[0], (string)row[1])))
        {
            using var response = await scene.SendAsync(method, path);
            answers.Add($"{response.Headers} {await response.Content.ReadAsStringAsync()}");
        }
        var all = string.Join('\n', answers);
        all.Length.ShouldBeGreaterThan(1_000);
        foreach (var secret in (string[])[Remote.AccessTokenMark, "eyJ", AdminScene.Key, "protected", "leaseId"])
            all.ShouldNotContain(secret, Case.Insensitive);
    }

    private static string Jwt(AdminScene scene, string mark) => $"{mark}.{scene.Clock.GetUtcNow().Ticks}";

    private static void Licensed(Fit fit) => fit.App["license"] = new JsonObject { ["isActive"] = true, ["type"] = "commercial" };

    private static async Task<List<string>> InstallAsync(AdminScene scene, int count)
    {
        var sites = new List<string>();
        for (var i = 0; i < count; i++)
            sites.Add(await scene.InstallAsync());
        return sites;
    }

    private static async Task<(List<int> Pages, List<string> Ids)> ListAsync(AdminScene scene, string query)
    {
        var (pages, ids, cursor) = (new List<int>(), new List<string>(), "");
        do
        {
            var page = await scene.GetAsync($"/admin/installations?{query}{cursor}");
            var some = page.GetProperty("installations").EnumerateArray().Select(one => one.GetProperty("installationId").GetString()!).ToList();
            pages.Add(some.Count);
            ids.AddRange(some);
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
        return (pages, ids);
    }

    // All that is stored, as another reader of the database sees it.
    private static (long Actors, long Rows, long Alarms) Rows(AdminScene scene)
    {
        var path = scene.Remote.Services.GetRequiredService<IConfiguration>()["Forge:DataPath"];
        using var connection = new SqliteConnection($"Data Source={Path.Combine(path!, "forge.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM actor), (SELECT count(*) FROM actor_row), (SELECT count(*) FROM alarm)";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
