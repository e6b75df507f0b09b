using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The platform's time, scaled and jumped while it runs.</summary>
public class ClockTests
{
    [Fact]
    public async Task A_wait_that_is_under_way_follows_a_jump_at_once()
    {
        await using var scene = await DeliveryScene.StartAsync();
        scene.Remote.Answers(500);
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retries = 1 });
        await scene.Clock.TimerSetAsync(Minute);
        await scene.PostAsync("/clock", new { jump = 59 });
        scene.Remote.Received.Count.ShouldBe(1);
        await scene.PostAsync("/clock", new { jump = 1 });
        (await scene.SettledAsync(begun))["attempts"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_wait_that_is_under_way_follows_the_scale_at_once()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, delay = 600 });
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(600));
        scene.Clock.Advance(TimeSpan.FromSeconds(300));
        await scene.PostAsync("/clock", new { scale = 100 });
        scene.Clock.Advance(TimeSpan.FromSeconds(2.9));
        scene.Remote.Received.ShouldBeEmpty();
        await scene.PostAsync("/clock", new { scale = 10 });
        scene.Clock.Advance(TimeSpan.FromSeconds(0.9));
        scene.Remote.Received.ShouldBeEmpty();
        scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await scene.SettledAsync(begun)).Text("outcome").ShouldBe("delivered");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_schedule_fires_once_for_a_jump_over_several_runs_and_keeps_its_phase()
    {
        await using var scene = await DeliveryScene.StartAsync(options => options with
        {
            Schedule = true, Disturbances = new Deliveries.Disturbances { TriggerDuplicates = 0 },
        });
        scene.Clock.Advance(TimeSpan.FromMinutes(10));
        (await RunsAsync()).Count.ShouldBe(1);
        await scene.PostAsync("/clock", new { jump = 3 * 3600 });
        while ((await RunsAsync()).Count < 2)
        {
            await Task.Delay(10);
        }

        // The run after the jump comes at the phase: at 5 to 6 minutes past the hour, and 10 have passed.
        scene.Clock.Advance(TimeSpan.FromMinutes(54));
        (await RunsAsync()).Count.ShouldBe(2);
        scene.Clock.Advance(TimeSpan.FromMinutes(2));
        (await RunsAsync()).Count.ShouldBe(3);

        Task<IReadOnlyList<JsonNode>> RunsAsync() => scene.FeedAsync("?site=acme&kind=trigger");
    }

    [Fact]
    public async Task Tokens_and_limits_of_time_keep_to_the_clock()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var (_, clock) = await scene.PostAsync("/clock", new { scale = 10_000, jump = 86_400 });
        var start = scene.Clock.GetUtcNow();
        clock["now"]!.GetValue<DateTimeOffset>().ShouldBe(start);
        clock["platformNow"]!.GetValue<DateTimeOffset>().ShouldBe(start.AddDays(1));
        clock["scale"]!.GetValue<int>().ShouldBe(10_000);
        clock["jumped"]!.GetValue<int>().ShouldBe(86_400);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        var now = (await scene.Client.GetFromJsonAsync<JsonNode>("/clock"))!;
        now["platformNow"]!.GetValue<DateTimeOffset>().ShouldBe(start.AddDays(1).AddSeconds(10_000));
        (await scene.MintAsync())["claims"]!["iat"]!.GetValue<long>().ShouldBe(scene.Clock.GetUtcNow().ToUnixTimeSeconds());
        var answer = new TaskCompletionSource();
        scene.Remote.Answer = _ => answer.Task;
        var begun = await scene.BeginOneAsync("/events", new { @event = Updated, retries = 0 });
        await scene.Clock.TimerSetAsync(TimeSpan.FromSeconds(5));
        answer.SetResult();
        (await scene.SettledAsync(begun)).Text("outcome").ShouldBe("delivered");
    }

    [Theory]
    [InlineData("""{"scale": 0.5}""")]
    [InlineData("""{"scale": 10001}""")]
    [InlineData("""{"jump": 0}""")]
    [InlineData("""{"jump": -1}""")]
    [InlineData("""{"jump": 1e300}""")]
    [InlineData("""{"jump": 1, "scale": 0}""")]
    public async Task A_time_that_can_not_be_is_refused_and_changes_nothing(string change)
    {
        await using var scene = await DeliveryScene.StartAsync();
        var before = await scene.Client.GetStringAsync("/clock");
        var (status, answer) = await scene.PostAsync("/clock", JsonNode.Parse(change)!);
        status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Text("message").ShouldNotBeEmpty();
        (await scene.Client.GetStringAsync("/clock")).ShouldBe(before);
    }
}
