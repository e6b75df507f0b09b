using System.Text.Json;
using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Tests;

/// <summary>What operators do with work that failed for good.</summary>
public sealed class AdminDeadLetterTests : IAsyncLifetime
{
    private AdminScene _scene = null!;
    private string _site = "";

    private string Url => $"/admin/installations/{_site}/dead-letters";

    [Fact]
    public async Task A_dead_letter_is_listed_with_its_payload_as_json()
    {
        var item = await _scene.ParkAsync(_site, """{"order":{"id":7,"lines":["ä",null]}}""");

        var page = await _scene.GetAsync(Url);

        var dead = page.GetProperty("deadLetters").EnumerateArray().Single();
        dead.GetProperty("itemId").GetString().ShouldBe(item);
        (dead.GetProperty("kind").GetString(), dead.GetProperty("key").GetString(), dead.GetProperty("attempts").GetInt32()).ShouldBe(("job", "sometimes", 1));
        dead.GetProperty("error").GetString()!.ShouldContain("This cannot work.");
        dead.GetProperty("parkedAt").GetDateTimeOffset().ShouldBe(_scene.Clock.GetUtcNow());
        JsonSerializer.Serialize(dead.GetProperty("payload")).ShouldBe(JsonSerializer.Serialize(JsonDocument.Parse("""{"order":{"id":7,"lines":["ä",null]}}""").RootElement));
        page.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Dead_letters_are_listed_page_by_page_each_once()
    {
        var items = new List<string>();
        for (var i = 0; i < 5; i++)
            items.Add(await _scene.ParkAsync(_site));
        var (listed, cursor) = (new List<string>(), "");
        do
        {
            var page = await _scene.GetAsync($"{Url}?limit=2{cursor}");
            page.GetProperty("deadLetters").GetArrayLength().ShouldBeLessThanOrEqualTo(2);
            listed.AddRange(page.GetProperty("deadLetters").EnumerateArray().Select(dead => dead.GetProperty("itemId").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
        }
        while (cursor is not null);
        listed.ShouldBe(items);
    }

    [Fact]
    public async Task One_that_is_replayed_runs_again_and_the_others_stay()
    {
        var (first, second) = (await _scene.ParkAsync(_site), await _scene.ParkAsync(_site));
        _scene.Succeeds = true;

        (await _scene.JsonAsync("POST", $"{Url}/{first}/replay")).GetProperty("replayed").GetInt32().ShouldBe(1);

        await _scene.UntilAsync(_site, queue => queue is { Waiting: 0, Running: 0 });
        (await ListAsync()).ShouldBe([second]);
        await _scene.RefusedAsync(404, "not_found", "POST", $"{Url}/{first}/replay");
    }

    [Fact]
    public async Task All_that_are_replayed_run_again()
    {
        for (var i = 0; i < 35; i++)
            await _scene.ParkAsync(_site);
        _scene.Succeeds = true;

        (await _scene.JsonAsync("POST", $"{Url}/replay")).GetProperty("replayed").GetInt32().ShouldBe(35);

        await _scene.UntilAsync(_site, queue => queue is { Waiting: 0, Running: 0, DeadLetters: 0 }, TimeSpan.FromSeconds(1));
        (await _scene.JsonAsync("POST", $"{Url}/replay")).GetProperty("replayed").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Replaying_all_ends_though_all_fail_again()
    {
        for (var i = 0; i < 3; i++)
            await _scene.ParkAsync(_site);
        (await _scene.JsonAsync("POST", $"{Url}/replay")).GetProperty("replayed").GetInt32().ShouldBe(3);
        await _scene.UntilAsync(_site, queue => queue is { Waiting: 0, Running: 0, DeadLetters: 3 });
    }

    [Fact]
    public async Task One_that_is_deleted_is_gone()
    {
        var (first, second) = (await _scene.ParkAsync(_site), await _scene.ParkAsync(_site));

        (await _scene.JsonAsync("DELETE", $"{Url}/{second}")).GetProperty("deleted").GetInt32().ShouldBe(1);

        (await ListAsync()).ShouldBe([first]);
        await _scene.RefusedAsync(404, "not_found", "DELETE", $"{Url}/{second}");
        (await _scene.Queue(_site).DescribeAsync(QueueRequest.Instance)).Running.ShouldBe(0);
    }

    [Fact]
    public async Task One_sites_dead_letter_is_not_anothers()
    {
        var item = await _scene.ParkAsync(_site);
        var other = await _scene.InstallAsync();
        foreach (var (method, path) in new[] { ("POST", $"/{item}/replay"), ("DELETE", $"/{item}") })
            await _scene.RefusedAsync(404, "not_found", method, $"/admin/installations/{other}/dead-letters{path}");
        (await ListAsync()).ShouldBe([item]);
    }

    [Fact]
    public async Task A_schedule_can_be_removed()
    {
        await _scene.Queue(_site).SetScheduleAsync(new() { Name = "every hour / R&D", Job = "sometimes", Every = TimeSpan.FromHours(1) });
        var url = $"/admin/installations/{_site}/schedules/{Uri.EscapeDataString("every hour / R&D")}";

        (await _scene.JsonAsync("DELETE", url)).GetProperty("deleted").GetInt32().ShouldBe(1);

        (await _scene.Queue(_site).DescribeAsync(QueueRequest.Instance)).Schedules.ShouldBeEmpty();
        await _scene.RefusedAsync(404, "not_found", "DELETE", url);
    }

    [Theory]
    [InlineData("a%0Ab")]
    [InlineData("long")]
    public async Task A_name_that_no_schedule_can_have_is_not_looked_for(string name)
    {
        name = name == "long" ? new string('x', 201) : name;
        await _scene.RefusedAsync(404, "not_found", "DELETE", $"/admin/installations/{_site}/schedules/{name}");
        // Nor is it in the audit log.
        (await _scene.GetAsync($"/admin/audit?installation={_site}")).GetRawText().ShouldNotContain("schedule.delete");
    }

    public async Task InitializeAsync()
    {
        _scene = await AdminScene.StartAsync();
        _site = await _scene.InstallAsync();
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private async Task<List<string>> ListAsync() =>
        [.. (await _scene.GetAsync(Url)).GetProperty("deadLetters").EnumerateArray().Select(dead => dead.GetProperty("itemId").GetString()!)];
}
