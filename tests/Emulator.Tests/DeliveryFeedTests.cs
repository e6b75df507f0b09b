using System.Net;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the emulator tells of its deliveries.</summary>
public class DeliveryFeedTests
{
    [Fact]
    public async Task The_feed_is_narrowed_by_site_kind_and_id()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.BeginOneAsync("/events", new { @event = Updated });
        await scene.BeginOneAsync("/triggers", new { trigger = "hourly-sync", site = "globex" });
        await scene.BeginOneAsync("/events", new { @event = Updated, site = "globex" });
        (await IdsAsync("")).ShouldBe([1, 2, 3]);
        (await IdsAsync("?site=globex")).ShouldBe([2, 3]);
        (await IdsAsync("?kind=event")).ShouldBe([1, 3]);
        (await IdsAsync("?after=1&site=globex&kind=trigger")).ShouldBe([2]);
        (await scene.Client.GetAsync("/deliveries?site=moon")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await scene.Client.GetAsync("/deliveries?kind=parcel")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await scene.Client.GetAsync("/deliveries/4")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<IEnumerable<long>> IdsAsync(string query) =>
            (await scene.FeedAsync(query)).Select(delivery => delivery["id"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_feed_keeps_the_last_thousand()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.BeginAsync("/events", new { @event = Updated, count = 2 });
        await scene.BeginAsync("/events", new { @event = Updated, count = 1000, delay = 60 });
        var feed = await scene.FeedAsync();
        feed.Count.ShouldBe(1000);
        feed[0]["id"]!.GetValue<long>().ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_in_the_feed_is_a_token()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        var text = await scene.Client.GetStringAsync("/deliveries");
        text.ShouldNotContain(scene.Remote.Last.Fit);
        text.ShouldNotContain(scene.Remote.Last.Headers["x-forge-oauth-system"]);
    }

    [Fact]
    public async Task A_disturbance_out_of_its_range_is_refused()
    {
        await using var scene = await DeliveryScene.StartAsync();
        var before = await scene.Client.GetStringAsync("/disturbances");
        await RefusedAsync(new { duplicates = 1.5 });
        await RefusedAsync(new { triggerDuplicates = -1 });
        await RefusedAsync(new { reorder = 1e12 });
        (await scene.Client.GetStringAsync("/disturbances")).ShouldBe(before);

        async Task RefusedAsync(object request) =>
            (await scene.PostAsync("/disturbances", request)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }
}
