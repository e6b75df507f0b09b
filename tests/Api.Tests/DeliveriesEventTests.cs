using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>Which handler an event is given to, and what it can read of it.</summary>
public sealed class DeliveriesEventTests(DeliveriesEventTests.Reader reader) : IClassFixture<DeliveriesEventTests.Reader>
{
    [Fact]
    public async Task Of_several_handlers_the_one_for_the_event_is_called_and_the_catch_all_for_the_rest()
    {
        var runs = new Said<(string Handler, string Type)>();
        await using var remote = await Deliveries.StartAsync(app =>
        {
            app.MapForgeEvent("/events", "*", (ProductEvent e) => runs.Say(("rest", e.EventType)));
            app.MapForgeEvent("/events", Deliveries.IssueUpdated, (ProductEvent e) => runs.Say(("updated", e.EventType)));
            app.MapForgeEvent("/Events/", "avi:jira:deleted:issue", (ProductEvent e) => runs.Say(("deleted", e.EventType)));
        });
        foreach (var (type, handler, path) in new[]
                 {
                     (Deliveries.IssueUpdated, "updated", "/events"), ("avi:jira:deleted:issue", "deleted", "/events"),
                     (Deliveries.PageViewed, "rest", "/EVENTS"), ("avi:never:seen", "rest", "/events/"),
                 })
        {
            await remote.AcceptedAsync(path, Deliveries.Event(type));
            (await runs.NextAsync()).ShouldBe((handler, type));
        }
        await remote.IdleAsync();
        runs.All.Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_event_without_a_handler_waits_for_a_version_that_has_one()
    {
        using var data = new DataFolder();
        Accepted accepted;
        await using (var remote = await Deliveries.StartAsync(
            app =>
            {
                foreach (var type in (string[])[Deliveries.IssueUpdated, "avi:jira:deleted:issue", Deliveries.PageViewed])
                    app.MapForgeEvent("/events", type, () => { });
            }, data: data.Path))
        {
            accepted = await remote.AcceptedAsync("/events", Deliveries.Event("avi:of:tomorrow"));
            await Eventually.TrueAsync(() => remote.QueueAsync().Result.WaitingForHandler);
            (await remote.QueueAsync()).ShouldSatisfyAllConditions(queue => queue.Waiting.ShouldBe(1), queue => queue.DeadLetters.ShouldBe(0));
        }
        var runs = new Said<string>();
        await using var next = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => runs.Say(e.ItemId)), data: data.Path);
        (await next.Clock.AdvanceUntilAsync(runs.NextAsync(), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1))).ShouldBe(accepted.ItemId);
    }

    [Theory]
    [InlineData("""{"eventType":"t","issue":{"id":"10001","key":"P-1","fields":{"comment":{"id":"9"}}}}""", "issue", "10001")]
    [InlineData("""{"eventType":"t","issue":{"id":10001}}""", "issue", "10001")]
    [InlineData("""{"eventType":"t","issue":{"key":"P-1"}}""", "issue", "P-1")]
    [InlineData("""{"eventType":"t","comment":{"id":"7"},"issue":{"id":"10001"}}""", "issue", "10001")]
    [InlineData("""{"eventType":"t","worklog":{"id":"31","issueId":"10001"}}""", "worklog", "31")]
    [InlineData("""{"eventType":"t","content":{"id":"65","type":"page"}}""", "content", "65")]
    [InlineData("""{"eventType":"t","content":{"id":65,"type":"comment"}}""", "content", "65")]
    [InlineData("""{"eventType":"t","page":{"id":12345678901234567890}}""", "page", "12345678901234567890")]
    [InlineData("""{"eventType":"t","comment":{"id":9,"body":"x"}}""", "comment", "9")]
    [InlineData("""{"eventType":"t","payload":{"issue":{"id":"10001"}}}""", "issue", "10001")]
    [InlineData("""{"eventType":"t","pullrequest":{"id":4},"repository":{"uuid":"{a-b}"}}""", "pullrequest", "4")]
    [InlineData("""{"eventType":"t","repository":{"uuid":"{a-b}"}}""", "repository", "{a-b}")]
    [InlineData("""{"eventType":"t","user":{"accountId":"5c5"}}""", "user", "5c5")]
    [InlineData("""{"eventType":"t","issue":null,"project":{"id":"1"}}""", "project", "1")]
    [InlineData("""{"eventType":"t","issue":"10001"}""", null, null)]
    [InlineData("""{"eventType":"t","issue":{"id":{}}}""", null, null)]
    [InlineData("""{"eventType":"t","issue":{"id":"\ud83d"}}""", null, null)]
    public async Task It_says_what_it_is_about(string body, string? type, string? id)
    {
        var e = await ReadAsync(body);
        (e.EntityType, e.EntityId).ShouldBe((type, id));
        e.EventType.ShouldBe("t");
        e.Json.GetRawText().ShouldBe(body);
    }

    [Theory]
    [InlineData("1772442000123", "2026-03-02T09:00:00.123Z")]
    [InlineData("\"2026-03-02T10:00:00.123+01:00\"", "2026-03-02T09:00:00.123Z")]
    [InlineData("\"2026-03-02T10:00:00.123+0100\"", "2026-03-02T09:00:00.123Z")]
    [InlineData("\"2026-03-02T09:00:00.123\"", "2026-03-02T09:00:00.123Z")]
    [InlineData("\"yesterday\"", null)]
    [InlineData("-1", null)]
    [InlineData("1e300", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("{}", null)]
    [InlineData("true", null)]
    public async Task It_says_when_it_happened(string timestamp, string? time)
    {
        DateTimeOffset? expected = time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        (await ReadAsync($$"""{"eventType":"t","timestamp":{{timestamp}}}""")).Timestamp.ShouldBe(expected);
        (await ReadAsync($$$"""{"payload":{"eventType":"t","timestamp":{{{timestamp}}}}}""")).Timestamp.ShouldBe(expected);
    }

    [Fact]
    public async Task It_says_who_caused_it()
    {
        var own = await ReadAsync("""{"eventType":"t","atlassianId":"5c5","selfGenerated":true}""");
        (own.AtlassianId, own.IsSelfGenerated, own.Retry).ShouldBe(("5c5", true, null));
        var nested = await ReadAsync("""{"payload":{"eventType":"t","atlassianId":"5c5","selfGenerated":true}}""");
        (nested.AtlassianId, nested.IsSelfGenerated, nested.EventType).ShouldBe(("5c5", true, "t"));
        var other = await ReadAsync("""{"eventType":"t","selfGenerated":"true","atlassianId":7}""");
        (other.AtlassianId, other.IsSelfGenerated).ShouldBe((null, false));
    }

    [Theory]
    [InlineData("""{"eventType":"t","retryContext":{"retryCount":3,"retryReason":"TIMEOUT_ERROR","retryData":null}}""", 3, "TIMEOUT_ERROR")]
    [InlineData("""{"payload":{"eventType":"t","retryContext":{"retryCount":2,"retryReason":"INVALID_REMOTE_INVOCATION_ERROR","retryData":null}}}""", 2, "INVALID_REMOTE_INVOCATION_ERROR")]
    [InlineData("""{"eventType":"t","payload":{"retryContext":{}}}""", 1, null)]
    public async Task It_says_why_it_comes_again(string body, int count, string? reason) =>
        (await ReadAsync(body)).Retry.ShouldBe(new RetryContext(count, reason));

    [Fact]
    public async Task A_CloudEvent_is_one_too()
    {
        var e = await ReadAsync("""{"specversion":"1.0","id":"x","source":"s","type":"t","time":"2026-03-02T09:00:00Z","data":{"a":1}}""");
        e.EventType.ShouldBe("t");
        e.Timestamp.ShouldBe(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
        e.Json.GetProperty("data").GetProperty("a").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Events_of_one_issue_run_one_after_another_and_those_of_others_beside_them()
    {
        var started = new Said<string>();
        var go = new TaskCompletionSource();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", async (ProductEvent e) =>
        {
            started.Say(e.ItemId);
            await go.Task;
        }));
        var first = await remote.AcceptedAsync("/events", Deliveries.Event(issue: 1));
        var second = await remote.AcceptedAsync("/events", """{"eventType":"avi:jira:commented:issue","timestamp":1,"payload":{"issue":{"id":1},"comment":{"id":"5"}}}""");
        var other = await remote.AcceptedAsync("/events", Deliveries.Event(issue: 2));
        (await started.NextAsync()).ShouldBe(first.ItemId);
        (await started.NextAsync()).ShouldBe(other.ItemId);
        (await remote.QueueAsync()).ShouldSatisfyAllConditions(queue => queue.Running.ShouldBe(2), queue => queue.Waiting.ShouldBe(1));
        go.SetResult();
        (await started.NextAsync()).ShouldBe(second.ItemId);
    }

    [Fact]
    public async Task What_cannot_be_mapped_is_said_when_it_is_mapped()
    {
        await FailsAsync(app =>
        {
            app.MapForgeEvent("/events", "*", () => { });
            app.MapForgeEvent("events/", "*", () => { });
        }, "There is a handler for the event '*' at /events already");
        await FailsAsync(app =>
        {
            app.MapForgeEvent("/in", "*", () => { });
            app.MapForgeScheduledTrigger("hourly", "/in", () => { });
        }, "both events and scheduled triggers");
        await FailsAsync(app => app.MapGroup("/forge").MapForgeEvent("/events", "*", () => { }), "not in a group");
        await FailsAsync(app =>
        {
            app.MapForgeScheduledTrigger("hourly", "/a", () => { });
            app.MapForgeScheduledTrigger("hourly", "/b", () => { });
        }, "There is a handler for the trigger 'hourly' already");
    }

    private static async Task FailsAsync(Action<WebApplication> map, string says) =>
        (await Should.ThrowAsync<ArgumentException>(async () => await (await Deliveries.StartAsync(map)).DisposeAsync())).Message.ShouldContain(says);

    private Task<ProductEvent> ReadAsync(string body) => reader.ReadAsync(body);

    [Fact]
    public async Task A_lifecycle_event_that_is_run_as_any_other_event_does_not_stand_in_the_line_of_those_that_a_stopped_site_still_runs()
    {
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", void (ProductEvent _) => throw new PermanentFailureException("to see it")));
        await remote.AcceptedAsync("/events", """{"eventType":"avi:forge:installed:app","id":"1"}""");
        await remote.IdleAsync();
        var item = (await remote.Queue().ListDeadLettersAsync(new())).DeadLetters.ShouldHaveSingleItem().Item;
        (item.Kind, item.OrderingKey).ShouldBe((WorkKind.Event, "event/lifecycle"));
    }

    /// <summary>A remote that gives back every event as its handler sees it.</summary>
    public sealed class Reader : IAsyncLifetime
    {
        private readonly Said<ProductEvent> _runs = new();
        private Remote _remote = null!;

        public async Task InitializeAsync() => _remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", _runs.Say));

        public async Task DisposeAsync() => await _remote.DisposeAsync();

        public async Task<ProductEvent> ReadAsync(string body)
        {
            // Of a site of its own: no duplicate of what another test has sent.
            (await _remote.AcceptedAsync("/events", body, fit => fit.OfSite(Guid.NewGuid().ToString()))).IsDuplicate.ShouldBeFalse();
            return await _runs.NextAsync();
        }
    }
}
