using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>What is delivered more than once is run once; what only looks alike is run as often as it happened.</summary>
public sealed class DeliveriesDuplicateTests : IAsyncLifetime
{
    private const string Retry = "{\"retryCount\":1,\"retryReason\":\"TIMEOUT_ERROR\",\"retryData\":null}";
    private readonly Said<string> _runs = new();
    private Remote _remote = null!;

    public async Task InitializeAsync() => _remote = await Deliveries.StartAsync(
        app =>
        {
            app.MapForgeEvent("/events", "*", (ProductEvent e) => _runs.Say(e.ItemId));
            app.MapForgeScheduledTrigger("hourly", "/hourly", (TriggerRun run) => _runs.Say(run.ItemId));
        },
        Deliveries.Manifest(("hourly", "hour")));

    public async Task DisposeAsync() => await _remote.DisposeAsync();

    [Theory]
    [InlineData("""{"eventType":"avi:x","content":{"id":1}}""", """{"eventType":"avi:x","content":{"id":1},"retryContext":{{retry}}}""")]
    [InlineData("""{"eventType":"avi:x","content":{"id":1,"b":[1,{"c":2,"d":3}]}}""", """{"retryContext":{{retry}},"content":{"b":[1,{"d":3,"c":2}],"id":1},"eventType":"avi:x"}""")]
    [InlineData("""{"payload":{"eventType":"avi:x","content":{"id":1}}}""", """{"payload":{"retryContext":{{retry}},"content":{"id":1},"eventType":"avi:x"}}""")]
    [InlineData("""{"payload":{"eventType":"avi:x","content":{"id":1}}}""", """{"payload":{"content":{"id":1},"eventType":"avi:x"},"retryContext":{{retry}}}""")]
    [InlineData("""{"eventType":"avi:x","content":{"id":1},"retryContext":null}""", """{"eventType":"avi:x","content":{"id":1},"retryContext":{{retry}}}""")]
    [InlineData("""{"eventType":"avi:x","content":{"id":1},"contextToken":"eyJ-one"}""", """{"contextToken":"eyJ-two","eventType":"avi:x","retryContext":{{retry}},"content":{"id":1}}""")]
    [InlineData("""{"eventType":"avi:x","text":"ä\u0041/"}""", """{ "eventType" : "avi:x", "text" : "\u00e4A\/", "retryContext" : {{retry}} }""")]
    public async Task A_redelivered_event_is_acknowledged_and_not_run_again(string first, string again)
    {
        again = again.Replace("{{retry}}", Retry, StringComparison.Ordinal);
        foreach (var reordered in (bool[])[false, true])
        {
            // An event of its own for each order.
            var (original, repetition) = (Named(first, reordered), Named(again, reordered));
            var accepted = await _remote.AcceptedAsync("/events", reordered ? repetition : original);
            accepted.IsDuplicate.ShouldBeFalse();
            _remote.Clock.Advance(TimeSpan.FromMinutes(1));
            foreach (var body in (string[])[reordered ? original : repetition, repetition, repetition])
                (await _remote.AcceptedAsync("/events", body)).ShouldBe(accepted with { IsDuplicate = true });
        }
        await _remote.IdleAsync();
        _runs.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_redelivery_of_what_nothing_tells_from_others_is_known_for_ten_minutes()
    {
        var first = Deliveries.Event(Deliveries.PageViewed, timestamp: null);
        var again = Deliveries.Event(Deliveries.PageViewed, timestamp: null, more: $",\"retryContext\":{Retry}");
        var accepted = await _remote.AcceptedAsync("/events", first);
        _remote.Clock.Advance(TimeSpan.FromMinutes(9));
        (await _remote.AcceptedAsync("/events", again)).ShouldBe(accepted with { IsDuplicate = true });
        _remote.Clock.Advance(TimeSpan.FromMinutes(2));
        (await _remote.AcceptedAsync("/events", again)).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task What_happens_again_long_after_a_redelivery_is_run()
    {
        // The first delivery was never stored; its repetition was. Then the same happens once more.
        var again = Deliveries.Event(Deliveries.PageViewed, timestamp: null, more: $",\"retryContext\":{Retry}");
        (await _remote.AcceptedAsync("/events", again)).IsDuplicate.ShouldBeFalse();
        _remote.Clock.Advance(TimeSpan.FromMinutes(11));
        (await _remote.AcceptedAsync("/events", Deliveries.Event(Deliveries.PageViewed, timestamp: null))).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task An_event_of_Jira_that_comes_twice_is_run_once()
    {
        var accepted = await _remote.AcceptedAsync("/events", Deliveries.Event());
        // A clock that is moved on while it runs ends its lease.
        await _remote.IdleAsync();
        _remote.Clock.Advance(TimeSpan.FromMinutes(20));
        (await _remote.AcceptedAsync("/events", Deliveries.Event())).ShouldBe(accepted with { IsDuplicate = true });
        foreach (var other in (string[])
                 [
                     Deliveries.Event(timestamp: 1_772_442_000_001),
                     Deliveries.Event(issue: 10_002),
                     Deliveries.Event("avi:jira:deleted:issue"),
                     Deliveries.Event(more: ",\"changelog\":{\"id\":\"1\"}"),
                     $"{{\"payload\":{Deliveries.Event()}}}",
                 ])
            (await _remote.AcceptedAsync("/events", other)).IsDuplicate.ShouldBeFalse();
        await _remote.IdleAsync();
        _runs.All.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_CloudEvent_that_comes_twice_is_run_once()
    {
        static string Body(string id) => $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"s","type":"avi:confluence:changed:classification","data":{"id":"7"}}""";
        var accepted = await _remote.AcceptedAsync("/events", Body("one"));
        (await _remote.AcceptedAsync("/events", Body("one"))).ShouldBe(accepted with { IsDuplicate = true });
        (await _remote.AcceptedAsync("/events", Body("two"))).IsDuplicate.ShouldBeFalse();
    }

    [Fact]
    public async Task Two_events_that_nothing_tells_apart_are_both_run()
    {
        var body = Deliveries.Event(Deliveries.PageViewed, timestamp: null);
        var first = await _remote.AcceptedAsync("/events", body);
        var second = await _remote.AcceptedAsync("/events", body);
        second.IsDuplicate.ShouldBeFalse();
        second.ItemId.ShouldNotBe(first.ItemId);
        await _remote.IdleAsync();
        _runs.All.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_delivery_that_is_doubled_with_its_token_is_run_once()
    {
        var body = System.Text.Encoding.UTF8.GetBytes(Deliveries.Event(Deliveries.PageViewed, timestamp: null));
        var fit = _remote.DeliveryToken();
        var answers = new List<Accepted>();
        foreach (var responding in Enumerable.Range(0, 5).Select(_ => _remote.DeliverAsync("/events", body, fit)).ToList())
        {
            using var response = await responding;
            answers.Add(await response.AcceptedAsync());
        }
        answers.Count(answer => !answer.IsDuplicate).ShouldBe(1);
        answers.Select(answer => answer.ItemId).Distinct().ShouldHaveSingleItem();
        await _remote.IdleAsync();
        _runs.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_site_has_duplicates_of_its_own()
    {
        await _remote.AcceptedAsync("/events", Deliveries.Event());
        (await _remote.AcceptedAsync("/events", Deliveries.Event(), fit => fit.OfSite(Fit.OtherSite))).IsDuplicate.ShouldBeFalse();
        await _runs.NextAsync();
        await _runs.NextAsync();
    }

    [Fact]
    public async Task A_trigger_that_comes_twice_is_one_run_and_the_next_is_another()
    {
        var accepted = await _remote.AcceptedAsync("/hourly", """{"context":{"cloudId":"c"},"contextToken":"one"}""");
        _remote.Clock.Advance(TimeSpan.FromMinutes(29));
        (await _remote.AcceptedAsync("/hourly", """{"context":{"cloudId":"c"},"contextToken":"two"}""")).ShouldBe(accepted with { IsDuplicate = true });
        await _remote.IdleAsync();
        _remote.Clock.Advance(TimeSpan.FromMinutes(31));
        (await _remote.AcceptedAsync("/hourly", "")).IsDuplicate.ShouldBeFalse();
        await _remote.IdleAsync();
        _runs.All.Count.ShouldBe(2);
        (await _remote.QueueAsync()).Triggers.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            trigger => trigger.Key.ShouldBe("hourly"),
            trigger => trigger.Outcome.ShouldBe("succeeded"),
            trigger => trigger.NextExpected.ShouldBe(_remote.Clock.GetUtcNow() + TimeSpan.FromHours(1)));
    }

    private static string Named(string body, bool reordered) => body.Replace("avi:x", $"avi:x:{reordered}", StringComparison.Ordinal);
}
