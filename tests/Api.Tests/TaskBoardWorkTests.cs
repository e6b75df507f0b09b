using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>What the sample does with deliveries and jobs, and what it tells of it: its own program, on a port, with its own manifest.</summary>
public sealed class TaskBoardWorkTests(TaskBoardWorkTests.Boards boards) : IClassFixture<TaskBoardWorkTests.Boards>
{
    private const string Created = "avi:jira:created:issue";
    private const string Updated = "avi:jira:updated:issue";
    private const string Label = "task-board";

    private readonly string _site = Guid.NewGuid().ToString();

    [Theory]
    [InlineData("/events", """{"eventType":"avi:jira:updated:issue","issue":{"id":"1"}}""", "event", "avi:jira:updated:issue")]
    [InlineData("/events", """{"payload":{"eventType":"avi:jira:created:issue","issue":{"id":"1"}}}""", "event", "avi:jira:created:issue")]
    [InlineData("/events", """{"eventType":"avi:jira:deleted:issue","issue":{"id":"1"}}""", "event", "avi:jira:deleted:issue")]
    [InlineData("/events", """{"eventType":"avi:jira:commented:issue","issue":{"id":"1"},"comment":{"id":"2"}}""", "event", "avi:jira:commented:issue")]
    [InlineData("/events", """{"eventType":"avi:confluence:created:comment","content":{"id":"1"}}""", "event", "avi:confluence:created:comment")]
    [InlineData("/events", """{"eventType":"avi:jira:updated:issue"}""", "event", "avi:jira:updated:issue")]
    [InlineData("/events", """{"eventType":"avi:nobody:knows:this"}""", "event", "avi:nobody:knows:this")]
    [InlineData("/triggers/hourly", "{}", "trigger", "hourly")]
    [InlineData("/lifecycle", """{"eventType":"avi:forge:installed:app","id":"1"}""", "lifecycle", "installed")]
    [InlineData("/lifecycle", """{"eventType":"avi:forge:upgraded:app","id":"1"}""", "lifecycle", "upgraded")]
    public async Task A_delivery_is_answered_and_then_run_and_the_activity_tells_of_the_run(string path, string body, string kind, string key)
    {
        var itemId = await DeliverAsync(path, JsonElement.Parse(body));
        var run = (await ActivityAsync(runs => runs is [{ IsOver: true }])).Single();
        run.ShouldBe(new(itemId, kind, key, 1, boards.Plain.Clock.GetUtcNow(), boards.Plain.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task An_entry_has_these_members_and_no_others()
    {
        await DeliverAsync("/triggers/hourly", new { });
        await ActivityAsync(runs => runs is [{ IsOver: true }]);
        var page = await CallAsync(boards.Plain, "GET", "/activity");
        page.EnumerateObject().Select(member => member.Name).ShouldBe(["activity", "nextCursor"]);
        page.GetProperty("activity")[0].EnumerateObject().Select(member => member.Name)
            .ShouldBe(["itemId", "kind", "key", "attempt", "startedAt", "finishedAt"]);
    }

    [Fact]
    public async Task The_call_before_an_uninstall_is_answered_and_recorded()
    {
        await CallAsync(boards.Plain, "POST", "/uninstall", new { context = new { moduleKey = "farewell" } }, 204, isUser: false);
        // The second is told of what the first one was about to happen.
        var runs = await ActivityAsync(runs => runs is [{ IsOver: true }, { IsOver: true }]);
        runs.Select(run => (run.Kind, run.Key, run.Attempt)).ShouldBe([("lifecycle", "pre-uninstall", 1), ("lifecycle", "uninstalled", 1)]);
    }

    [Theory]
    [InlineData("/events", """{"eventType":"avi:jira:updated:issue","issue":{"id":"1"},"simulate":{"fail":2}}""")]
    [InlineData("/events", """{"payload":{"eventType":"avi:jira:updated:issue","simulate":{"fail":2}}}""")]
    [InlineData("/events", """{"eventType":"avi:confluence:created:comment","simulate":{"fail":2}}""")]
    [InlineData("/triggers/hourly", """{"simulate":{"fail":2}}""")]
    [InlineData("/lifecycle", """{"eventType":"avi:forge:installed:app","simulate":{"fail":2}}""")]
    public async Task A_handler_fails_as_often_as_it_is_told_and_every_attempt_has_an_entry(string path, string body)
    {
        var board = boards.Simulating;
        var itemId = await DeliverAsync(path, JsonElement.Parse(body), board);
        var runs = await ActivityAsync(runs => runs is [.., { Attempt: 3, IsOver: true }], board, TimeSpan.FromSeconds(1));
        runs.Select(run => (run.ItemId, run.Attempt, run.IsOver)).ShouldBe([(itemId, 1, true), (itemId, 2, true), (itemId, 3, true)]);
        runs.Select(run => run.StartedAt).ShouldBeInOrder();
        await NothingMoreAsync(board, 3);
    }

    [Theory]
    [InlineData("""{"permanent":true}""")]
    [InlineData("""{"permanent":true,"fail":3}""")]
    [InlineData("""{"fail":"many"}""")]
    public async Task A_handler_that_fails_for_good_is_not_run_again(string simulate)
    {
        var board = boards.Simulating;
        await DeliverAsync("/events", new { eventType = Updated, simulate = JsonElement.Parse(simulate) }, board);
        await ActivityAsync(runs => runs is [{ Attempt: 1, IsOver: true }], board);
        await NothingMoreAsync(board, 1);
    }

    [Fact]
    public async Task A_run_under_way_has_no_end_yet()
    {
        var board = boards.Simulating;
        await DeliverAsync("/events", new { eventType = Updated, simulate = new { sleepMs = 3_000 } }, board);
        var begun = (await ActivityAsync(runs => runs.Count == 1, board)).Single();
        begun.FinishedAt.ShouldBeNull();
        await board.Clock.TimerSetAsync(TimeSpan.FromSeconds(3));
        board.Clock.Advance(TimeSpan.FromSeconds(3));
        var run = (await ActivityAsync(runs => runs is [{ IsOver: true }], board)).Single();
        run.ShouldBe(begun with { FinishedAt = begun.StartedAt + TimeSpan.FromSeconds(3) });
    }

    [Fact]
    public async Task Nothing_is_simulated_unless_the_operator_wants_it()
    {
        await DeliverAsync("/events", new { eventType = Updated, simulate = new { fail = 3, permanent = true, sleepMs = 3_600_000 } });
        await ActivityAsync(runs => runs is [{ Attempt: 1, IsOver: true }]);
        await DeliverAsync("/events", new { payload = new { eventType = Created, simulate = new { sleepMs = 3_600_000 } } });
        await ActivityAsync(runs => runs is [_, { Attempt: 1, IsOver: true }]);
        await CallAsync(boards.Plain, "POST", "/jobs", new { simulate = new { fail = 1 } }, 404);
    }

    [Fact]
    public async Task Jobs_are_given_with_keys_and_times_of_their_own()
    {
        var board = boards.Simulating;
        var first = await JobAsync(new { payload = new { any = "thing" }, deduplicationKey = "once", orderingKey = "line", simulate = new { fail = 1 } });
        var second = await JobAsync(new { orderingKey = "line" });
        (await JobAsync(new { deduplicationKey = "once" })).ShouldBe(first);
        var later = await JobAsync(new { notBefore = board.Clock.GetUtcNow() + TimeSpan.FromMinutes(2) });
        var runs = await ActivityAsync(runs => runs.Count(run => run.IsOver) == 4, board, TimeSpan.FromSeconds(1));
        runs.Select(run => (run.ItemId, run.Kind, run.Key, run.Attempt)).ShouldBe(
            [(first, "job", "simulated", 1), (first, "job", "simulated", 2), (second, "job", "simulated", 1), (later, "job", "simulated", 1)]);

        async Task<string> JobAsync(object job) => (await CallAsync(board, "POST", "/jobs", job)).GetProperty("itemId").GetString()!;
    }

    [Fact]
    public async Task No_site_sees_anothers_activity()
    {
        await DeliverAsync("/triggers/hourly", new { });
        await ActivityAsync(runs => runs is [{ IsOver: true }]);
        var other = await CallAsync(boards.Plain, "GET", "/activity", site: Guid.NewGuid().ToString());
        other.ToString().ShouldBe("""{"activity":[],"nextCursor":null}""");
        var withCursor = await CallAsync(boards.Plain, "GET", "/activity?cursor=0&limit=1000", site: Guid.NewGuid().ToString());
        withCursor.ToString().ShouldBe("""{"activity":[],"nextCursor":null}""");
    }

    [Fact]
    public async Task The_activity_comes_in_pages_oldest_first_and_each_run_once()
    {
        for (var i = 1; i <= 5; i++)
        {
            await DeliverAsync("/events", new { eventType = $"avi:test:{i}" });
            await ActivityAsync(runs => runs.Count == i && runs[^1].IsOver);
        }
        (await PagesAsync(2)).ShouldBe(["avi:test:1 avi:test:2", "avi:test:3 avi:test:4", "avi:test:5"]);
        (await PagesAsync(5)).ShouldBe(["avi:test:1 avi:test:2 avi:test:3 avi:test:4 avi:test:5"]);

        async Task<List<string>> PagesAsync(int limit)
        {
            var pages = new List<string>();
            for (string? cursor = null; ;)
            {
                var page = await CallAsync(boards.Plain, "GET", $"/activity?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}");
                pages.Add(string.Join(' ', Read(page).Select(run => run.Key)));
                if ((cursor = page.GetProperty("nextCursor").GetString()) is null)
                    return pages;
            }
        }
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("cursor=")]
    [InlineData("cursor=-1")]
    [InlineData("cursor=../x")]
    public async Task A_page_of_activity_that_cannot_be_meant_is_refused(string query) =>
        await CallAsync(boards.Plain, "GET", $"/activity?{query}", status: 400);

    [Fact]
    public async Task Runs_at_the_same_time_each_have_an_entry()
    {
        var board = boards.Simulating;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CallAsync(board, "POST", "/jobs", new { simulate = new { sleepMs = 1 } })));
        var runs = await ActivityAsync(runs => runs.Count(run => run.IsOver) == 8, board, TimeSpan.FromMilliseconds(1));
        runs.Select(run => run.ItemId).Distinct().Count().ShouldBe(8);
    }

    [Fact]
    public async Task The_oldest_entries_go_once_there_are_too_many()
    {
        var (board, given) = (boards.Simulating, new List<string>());
        for (var i = 0; i < Boards.Entries + 2; i++)
        {
            given.Add((await CallAsync(board, "POST", "/jobs", new { orderingKey = "line" })).GetProperty("itemId").GetString()!);
            await ActivityAsync(runs => runs.Any(run => run.ItemId == given[^1] && run.IsOver), board);
        }
        (await ActivityAsync(_ => true, board)).Select(run => run.ItemId).ShouldBe(given.Skip(2));
    }

    [Fact]
    public async Task An_issue_with_the_label_has_a_task_for_as_long_as_it_has_the_label()
    {
        await EventAsync(Created, Issue("Plan it", Label));
        var made = (await TasksAsync()).Single();
        (Text(made, "description"), Text(made, "team"), Text(made, "department"), Text(made, "createdBy")).ShouldBe(("TB-1 Plan it", "TB", "Task Board", "ada"));
        made.GetProperty("done").GetBoolean().ShouldBeFalse();

        await EventAsync(Updated, Issue("Plan it well", "other", Label), isDone: true);
        var changed = (await TasksAsync()).Single();
        (Text(changed, "id"), Text(changed, "description"), changed.GetProperty("done").GetBoolean()).ShouldBe((Text(made, "id"), "TB-1 Plan it well", true));

        await EventAsync(Updated, Issue("Plan it well", "other"));
        (await TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_events_in_the_wrong_order_the_newest_counts()
    {
        await EventAsync(Updated, Issue("new", Label), at: 2_000);
        await EventAsync(Created, Issue("old", Label), at: 1_000);
        Text((await TasksAsync()).Single(), "description").ShouldBe("TB-1 new");
        await EventAsync("avi:jira:deleted:issue", Issue("new", Label), at: 4_000);
        await EventAsync(Updated, Issue("late", Label), at: 3_000);
        (await TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_issue_without_the_label_leaves_the_board_alone()
    {
        await EventAsync(Created, Issue("Not here"));
        await EventAsync(Updated, Issue("Not here", "task-boards"));
        (await TasksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_hourly_trigger_deletes_what_was_done_a_month_ago_and_nothing_else()
    {
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
            ids.Add(Text((await CallAsync(boards.Plain, "POST", "/tasks/", new { department = "d", team = "t", description = "x" })).GetProperty("task"), "id")!);
        await CallAsync(boards.Plain, "PATCH", $"/tasks/{ids[0]}", new { done = true });
        boards.Plain.Clock.Advance(TimeSpan.FromDays(29));
        await TriggerAsync(1);
        (await TasksAsync()).Select(task => Text(task, "id")).ShouldBe(ids, ignoreOrder: true);
        boards.Plain.Clock.Advance(TimeSpan.FromDays(2));
        await TriggerAsync(2);
        (await TasksAsync()).Select(task => Text(task, "id")).ShouldBe([ids[1]]);

        async Task TriggerAsync(int count)
        {
            await DeliverAsync("/triggers/hourly", new { });
            await ActivityAsync(runs => runs.Count(run => run.IsOver) == count);
        }
    }

    [Fact]
    public async Task An_import_is_answered_at_once_and_makes_its_tasks_in_order()
    {
        var wanted = Enumerable.Range(1, 120).Select(i => $"task {i}").ToList();
        var tasks = wanted.Select(description => new { department = "d", team = "import", description });
        var itemId = (await CallAsync(boards.Plain, "POST", "/tasks/import", new { tasks }, 202)).GetProperty("itemId").GetString();
        var run = (await ActivityAsync(runs => runs is [{ IsOver: true }])).Single();
        (run.ItemId, run.Kind, run.Key).ShouldBe((itemId, "job", "import-tasks"));
        (await TasksAsync()).Select(task => Text(task, "description")).ShouldBe(wanted);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"tasks":[]}""")]
    [InlineData("""{"tasks":[null]}""")]
    [InlineData("""{"tasks":[{"department":"d","team":"t"}]}""")]
    public async Task An_import_that_cannot_be_made_is_refused(string body)
    {
        await CallAsync(boards.Plain, "POST", "/tasks/import", JsonElement.Parse(body), 400);
        (await ActivityAsync(_ => true)).ShouldBeEmpty();
    }

    private static object Issue(string summary, params string[] labels) =>
        new { id = "10001", key = "TB-1", fields = new { summary, labels, project = new { key = "TB", name = "Task Board" } } };

    private async Task EventAsync(string eventType, object issue, bool isDone = false, long? at = null)
    {
        boards.Plain.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var json = JsonSerializer.SerializeToNode(new { eventType, issue, atlassianId = "ada", timestamp = at ?? boards.Plain.Clock.GetUtcNow().ToUnixTimeMilliseconds() })!;
        json["issue"]!["fields"]!["status"] = JsonSerializer.SerializeToNode(new { statusCategory = new { key = isDone ? "done" : "new" } });
        var itemId = await DeliverAsync("/events", json);
        await ActivityAsync(runs => runs.Any(run => run.ItemId == itemId && run.IsOver));
    }

    private async Task<List<JsonElement>> TasksAsync() =>
        [.. (await CallAsync(boards.Plain, "GET", "/tasks/?limit=500")).GetProperty("tasks").EnumerateArray()];

    private async Task<string> DeliverAsync(string path, object body, TaskBoard? board = null) =>
        (await CallAsync(board ?? boards.Plain, "POST", path, body, 202, isUser: false)).GetProperty("itemId").GetString()!;

    /// <summary>Reads the activity until it is as it should be, while the clock goes on by steps.</summary>
    private async Task<List<Run>> ActivityAsync(Predicate<IReadOnlyList<Run>> isSo, TaskBoard? board = null, TimeSpan step = default)
    {
        board ??= boards.Plain;
        List<Run> runs = [];
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                runs = Read(await CallAsync(board, "GET", "/activity?limit=1000"));
                if (isSo(runs))
                    return true;
                board.Clock.Advance(step);
                return false;
            });
            return runs;
        }
        catch (ShouldAssertException e) when (e.Message.Contains("still not so", StringComparison.Ordinal))
        {
            throw new ShouldAssertException($"The activity did not become what it should: {string.Join("; ", runs)}", e);
        }
    }

    // Longer than any pause between two attempts that come after so few.
    private async Task NothingMoreAsync(TaskBoard board, int count)
    {
        // An entry is over before the queue has heard of it, and the clock must not end its lease until then.
        var queue = board.Services.GetRequiredService<IActors>().Get<IWorkQueue>(_site);
        await Eventually.TrueAsync(async () => (await queue.DescribeAsync(QueueRequest.Instance)).Running == 0);
        for (var i = 0; i < 30; i++)
        {
            board.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5);
        }
        (await ActivityAsync(_ => true, board)).Count.ShouldBe(count);
    }

    private async Task<JsonElement> CallAsync(
        TaskBoard board, string method, string path, object? json = null, int status = 200, bool isUser = true, string? site = null)
    {
        using var response = await board.CallAsync(method, path, json, Bend, null, null);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, body);
        return body.Length == 0 ? default : JsonElement.Parse(body);

        void Bend(Fit fit)
        {
            fit.OfSite(site ?? _site);
            if (!isUser)
                fit.Claims.Remove("principal");
        }
    }

    private static List<Run> Read(JsonElement page) =>
        [.. page.GetProperty("activity").EnumerateArray().Select(run => run.Deserialize<Run>(JsonSerializerOptions.Web)!)];

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private sealed record Run(string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
    {
        public bool IsOver => FinishedAt is not null;
    }

    /// <summary>One as it is deployed, one that simulates.</summary>
    public sealed class Boards : IAsyncLifetime
    {
        public const int Entries = 12;

        internal TaskBoard Plain { get; } = new();

        internal TaskBoard Simulating { get; } = new()
        {
            Settings = { ["TaskBoard:Simulation"] = "true", ["TaskBoard:ActivityEntries"] = $"{Entries}" },
        };

        public async Task InitializeAsync()
        {
            await Plain.InitializeAsync();
            await Simulating.InitializeAsync();
        }

        public async Task DisposeAsync()
        {
            await ((IAsyncLifetime)Plain).DisposeAsync();
            await ((IAsyncLifetime)Simulating).DisposeAsync();
        }
    }
}
