using System.Text;
using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;

namespace ForgeOrleans.Api.Tests;

/// <summary>A delivery is answered 202 when it is stored, and not before; then it is run, whatever becomes of the process.</summary>
public sealed class DeliveriesAcceptanceTests
{
    [Fact]
    public async Task A_delivery_is_answered_with_the_id_that_its_handler_gets()
    {
        var runs = new Said<ProductEvent>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", runs.Say));
        var accepted = await remote.AcceptedAsync("/events", Deliveries.Event());
        accepted.IsDuplicate.ShouldBeFalse();
        var run = await runs.NextAsync();
        run.ItemId.ShouldBe(accepted.ItemId);
        run.Attempt.ShouldBe(1);
        run.Kind.ShouldBe("event");
        run.Json.GetRawText().ShouldBe(Deliveries.Event());
    }

    [Fact]
    public async Task It_is_answered_while_its_handler_runs()
    {
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", async () =>
        {
            entered.TrySetResult();
            await go.Task;
        }));
        await remote.AcceptedAsync("/events", Deliveries.Event());
        await entered.Task.WaitAsync(Eventually.Patience);
        (await remote.QueueAsync()).Running.ShouldBe(1);
        go.SetResult();
        await remote.IdleAsync();
    }

    [Fact]
    public async Task What_was_answered_is_run_though_the_process_is_killed_at_once()
    {
        using var data = new DataFolder();
        DataFolder left;
        Accepted[] accepted;
        var never = new TaskCompletionSource();
        await using (var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", () => never.Task), data: data.Path))
        {
            accepted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => remote.AcceptedAsync("/events", Deliveries.Event(issue: i))));
            left = data.Copy();
            never.SetResult();
        }
        using var _ = left;
        await RunsAfterStartAsync(left, accepted);
    }

    [Fact]
    public async Task What_was_answered_is_run_though_the_process_stops_at_once()
    {
        using var data = new DataFolder();
        Accepted[] accepted;
        await using (var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", (CancellationToken token) => Task.Delay(Timeout.Infinite, token)), data: data.Path))
        {
            accepted = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => remote.AcceptedAsync("/events", Deliveries.Event(issue: i))));
        }
        await RunsAfterStartAsync(data, accepted);
    }

    [Fact]
    public async Task A_delivery_with_a_user_in_session_is_refused_and_not_stored()
    {
        var manifest = Deliveries.Manifest(("hourly", "hour"));
        await using var remote = await Deliveries.StartAsync(app =>
        {
            app.MapForgeEvent("/events", "*", () => { });
            app.MapForgeScheduledTrigger("hourly", "/hourly", () => { });
        }, manifest);
        foreach (var path in (string[])["/events", "/hourly"])
        {
            using var response = await remote.DeliverAsync(path, Deliveries.Event(), fit => fit.Claims["principal"] = "5c5f880629be9642ba529340");
            await response.ShouldBeErrorAsync(403, "forbidden");
        }
        await NothingIsStoredAsync(remote);
    }

    [Fact]
    public async Task What_is_no_event_is_refused_with_a_sentence()
    {
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", () => { }));
        foreach (var body in (string[])
                 [
                     "", "{", "{\"eventType\":\"avi:jira:updated:issue\"} x", "[]", "null", "\"avi:jira:updated:issue\"", "{}", "{\"eventType\":\"\"}", "{\"eventType\":7}",
                     "{\"eventType\":null,\"payload\":[]}", "{\"eventType\":\"\\ud83d\"}",
                 ])
        {
            using var response = await remote.DeliverAsync("/events", body);
            (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldMatch("An event|A delivery's body", body);
        }
        await NothingIsStoredAsync(remote);
    }

    [Fact]
    public async Task What_is_no_text_or_too_large_or_nested_too_deep_is_refused_with_a_sentence()
    {
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", () => { }));
        foreach (var (body, status, code) in new[]
                 {
                     (Encoding.Latin1.GetBytes("{\"eventType\":\"avi:jira:updated:issue\",\"text\":\"\xe4\"}"), 400, "invalid_request"),
                     (Encoding.UTF8.GetBytes($"{{\"eventType\":\"{new string('e', WorkItem.LongestKey + 1)}\"}}"), 400, "invalid_request"),
                     (Encoding.UTF8.GetBytes(Deliveries.Event(more: $",\"x\":\"{new string('x', WorkItem.LargestPayload)}\"")), 413, "payload_too_large"),
                     (new byte[6 * 1024 * 1024], 413, "payload_too_large"),
                     (Nested(WorkItem.DeepestPayload), 400, "invalid_request"),
                     (Nested(100_000), 400, "invalid_request"),
                     (Encoding.UTF8.GetBytes(new string('[', 500_000)), 400, "invalid_request"),
                     (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"contextToken\":", 20_000))), 400, "invalid_request"),
                 })
        {
            using var response = await remote.DeliverAsync("/events", body, remote.DeliveryToken());
            await response.ShouldBeErrorAsync(status, code);
        }
        await NothingIsStoredAsync(remote);
    }

    [Fact]
    public async Task The_deepest_and_the_largest_that_are_accepted_are_run_and_parked_and_read_again()
    {
        using var data = new DataFolder();
        var lengths = new Said<int>();
        await using (var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", void (ProductEvent e) =>
        {
            lengths.Say(e.Json.GetRawText().Length);
            throw new PermanentFailureException("enough");
        }), data: data.Path))
        {
            var deep = Nested(WorkItem.DeepestPayload - 1);
            using (var response = await remote.DeliverAsync("/events", deep, remote.DeliveryToken(fit => fit.Claims["context"]!["extension"] = DeepContext())))
                await response.AcceptedAsync();
            (await lengths.NextAsync()).ShouldBe(deep.Length);
            var large = Deliveries.Event(more: $",\"x\":\"{new string('x', 1_000_000)}\"");
            await remote.AcceptedAsync("/events", large);
            (await lengths.NextAsync()).ShouldBe(large.Length);
            await remote.IdleAsync();
        }
        await using var next = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", () => { }), data: data.Path);
        (await next.Queue().ListDeadLettersAsync(new())).DeadLetters.Count.ShouldBe(2);
        (await next.Queue().ExportAsync(new())).Rows.ShouldContain(row => row.Name.StartsWith("dead/", StringComparison.Ordinal));
        (await next.Queue().ReplayAsync(new())).Count.ShouldBe(2);
        await next.IdleAsync();
    }

    [Fact]
    public async Task Half_an_emoji_is_delivered_as_it_came()
    {
        var runs = new Said<ProductEvent>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", runs.Say));
        var body = Deliveries.Event(more: ",\"summary\":\"cut off \\ud83d\",\"na\\ud83dme\":{\"\\ud83d\":1}");
        await remote.AcceptedAsync("/events", body);
        (await runs.NextAsync()).Json.GetRawText().ShouldBe(body);
        (await remote.AcceptedAsync("/events", body)).IsDuplicate.ShouldBeTrue();
    }

    [Fact]
    public async Task Other_methods_and_paths_are_405_and_404()
    {
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", () => { }));
        foreach (var method in (string[])["GET", "PUT", "PATCH", "DELETE"])
        {
            using var response = await remote.SendAsync(method, "/events", remote.DeliveryToken());
            await response.ShouldBeErrorAsync(405, "method_not_allowed");
            response.Content.Headers.Allow.ShouldBe(["POST"]);
        }
        foreach (var path in (string[])["/event", "/events/more", "/"])
        {
            using var response = await remote.DeliverAsync(path, Deliveries.Event());
            await response.ShouldBeErrorAsync(404, "not_found");
        }
        using var unsigned = await remote.Http.PostAsync(new Uri(remote.Url, "/events"), new StringContent(Deliveries.Event()));
        await unsigned.ShouldBeErrorAsync(401, "invalid_token");
    }

    [Fact]
    public async Task A_disk_without_room_is_503_and_nothing_is_half_stored()
    {
        using var data = new DataFolder();
        var runs = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => runs.Say(e.ItemId)), data: data.Path);
        await remote.AcceptedAsync("/events", Deliveries.Event(issue: 1));
        await runs.NextAsync();
        await remote.IdleAsync();
        using var database = Open(data);
        // Each of the rows that an acceptance writes fails in its turn: the item, its place, the key by which it is known again, the counters.
        foreach (var (i, row) in RowsOfAnAcceptance.Index())
        {
            Execute(database, $"CREATE TRIGGER refusal BEFORE INSERT ON actor_row WHEN NEW.name GLOB '{row}' BEGIN SELECT RAISE(ROLLBACK, 'no room'); END");
            using (var response = await remote.DeliverAsync("/events", Deliveries.Event(issue: 100 + i)))
                await response.ShouldBeErrorAsync(503, "unavailable");
            Execute(database, "DROP TRIGGER refusal");
            (await remote.QueueAsync()).Waiting.ShouldBe(0);
        }
        runs.All.Count.ShouldBe(1);
        // What was refused is no duplicate of itself.
        foreach (var i in Enumerable.Range(0, 4))
            (await remote.AcceptedAsync("/events", Deliveries.Event(issue: 100 + i, more: Retry))).IsDuplicate.ShouldBeFalse();
        await remote.IdleAsync();
        runs.All.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_disk_that_hangs_is_503_in_time_and_the_repetition_runs_it_once()
    {
        using var data = new DataFolder();
        var runs = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => runs.Say(e.ItemId)), data: data.Path);
        await remote.AcceptedAsync("/events", Deliveries.Event(issue: 1));
        await runs.NextAsync();
        await remote.IdleAsync();
        using var database = Open(data);
        Execute(database, "BEGIN IMMEDIATE");
        var responding = remote.DeliverAsync("/events", Deliveries.Event(issue: 2));
        await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(4));
        remote.Clock.Advance(TimeSpan.FromSeconds(4));
        using (var response = await responding)
            await response.ShouldBeErrorAsync(503, "unavailable");
        Execute(database, "COMMIT");
        await remote.AcceptedAsync("/events", Deliveries.Event(issue: 2, more: Retry));
        await runs.NextAsync();
        await remote.IdleAsync();
        runs.All.Count.ShouldBe(2);
    }

    private static readonly string[] RowsOfAnAcceptance = ["item/*", "ready/*", "seen/*", "queue"];

    private const string Retry = ",\"retryContext\":{\"retryCount\":1,\"retryReason\":\"TIMEOUT_ERROR\",\"retryData\":null}";

    private static async Task RunsAfterStartAsync(DataFolder data, Accepted[] accepted)
    {
        var runs = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => runs.Say(e.ItemId)), data: data.Path);
        await remote.PassUntilAsync(TimeSpan.FromSeconds(5), async () => await remote.QueueAsync() is { Waiting: 0, Running: 0 });
        runs.All.Order().ShouldBe(accepted.Select(one => one.ItemId).Order());
    }

    private static async Task NothingIsStoredAsync(Remote remote)
    {
        (await remote.QueueAsync()).ShouldSatisfyAllConditions(
            queue => queue.Waiting.ShouldBe(0), queue => queue.Running.ShouldBe(0), queue => queue.DeadLetters.ShouldBe(0), queue => queue.Triggers.ShouldBeEmpty());
        (await remote.Queue().ExportAsync(new())).Rows.ShouldBeEmpty();
    }

    private static byte[] Nested(int depth) =>
        Encoding.UTF8.GetBytes($"{{\"eventType\":\"avi:jira:updated:issue\",\"x\":{new string('[', depth)}{new string(']', depth)}}}");

    // As deep as a token may have it.
    private static System.Text.Json.Nodes.JsonNode DeepContext() =>
        System.Text.Json.Nodes.JsonNode.Parse(new string('[', 62) + new string(']', 62), null, new JsonDocumentOptions { MaxDepth = 64 })!;

    private static SqliteConnection Open(DataFolder data)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data.Path, "forge.db"), Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
