using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static ForgeOrleans.Emulator.Tests.DeliveryScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Everything that changes, as server-sent events.</summary>
public class LiveTests
{
    [Fact]
    public async Task A_request_is_told_when_it_begins_and_when_it_is_done()
    {
        await using var scene = await Scene.StartAsync();
        var answer = new TaskCompletionSource();
        scene.Remote.Answer = async _ => await answer.Task;
        Task call = Task.CompletedTask;
        var states = new List<string>();
        await foreach (var change in scene.LiveAsync(whenOpen: () =>
        {
            call = scene.InvokeAsync();
            return Task.CompletedTask;
        }))
        {
            if (change.Name is "hello")
            {
                change.Data["lastRequest"]!.GetValue<int>().ShouldBe(0);
                change.Data["now"]!.GetValue<DateTimeOffset>().ShouldBe(scene.Clock.GetUtcNow());
                continue;
            }

            change.Name.ShouldBe("request");
            change.Id.ShouldNotBeNullOrEmpty();
            states.Add($"{change.Data.Text("state")} {change.Data.Text("verdict")}");
            if (states.Count is 2)
            {
                break;
            }

            answer.SetResult();
        }

        await call;
        states.ShouldBe(["running running", "done kept"]);
    }

    [Fact]
    public async Task Everything_that_changes_is_told_in_the_shape_of_its_route()
    {
        await using var scene = await Scene.StartAsync();
        var token = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        var told = new Dictionary<string, JsonNode>();
        string[] awaited = ["request", "delivery", "site", "faults", "limits", "storage", "clock", "keys", "cleared"];
        await foreach (var change in scene.LiveAsync(whenOpen: ChangeAllAsync))
        {
            told[change.Name] = change.Data;
            if (awaited.All(told.ContainsKey) && told["delivery"].Text("outcome") is "delivered")
            {
                break;
            }
        }

        told["delivery"].ToJsonString().ShouldBe((await scene.FeedAsync()).Single().ToJsonString());
        told["site"].ToJsonString().ShouldBe(
            (await scene.Client.GetFromJsonAsync<JsonNode>("/sites"))!["sites"]![0]!.ToJsonString());
        told["faults"].ToJsonString().ShouldBe((await scene.Client.GetFromJsonAsync<JsonNode>("/faults"))!.ToJsonString());
        told["keys"].ToJsonString().ShouldBe((await scene.Client.GetFromJsonAsync<JsonNode>("/keys"))!.ToJsonString());
        told["clock"]["scale"]!.GetValue<int>().ShouldBe(60);
        told["storage"].ToJsonString().ShouldBe("""{"site":"acme","counts":{"values":1,"secrets":0,"entities":0,"bytes":7}}""");
        told["limits"]["sites"]!.AsArray().ShouldHaveSingleItem()!.Text("site").ShouldBe("acme");
        told["limits"]["counts"]!["calls"]!.GetValue<int>().ShouldBe(1);
        told["limits"].AsObject().ContainsKey("sizes").ShouldBeFalse();

        async Task ChangeAllAsync()
        {
            (await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", token)).Status.ShouldBe(System.Net.HttpStatusCode.OK);
            using var set = new HttpRequestMessage(HttpMethod.Post, "/forge/storage/kvs/v1/set");
            set.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            set.Content = JsonContent.Create(new { key = "colour", value = "green" });
            (await scene.Client.SendAsync(set)).EnsureSuccessStatusCode();
            await scene.PostAsync("/faults", new { kind = "slow", delay = 1 });
            await scene.PostAsync("/keys/rotate", new { });
            await scene.PostAsync("/clock", new { scale = 60 });
            await scene.PostAsync("/sites/acme/license", new { active = true });
            var begun = (await scene.PostAsync("/sites/acme/install", new { })).Answer["deliveries"]![0]!;
            await scene.SettledAsync(begun);
            await Task.Delay(100);
            await scene.Client.DeleteAsync("/requests");
            await scene.InvokeAsync();
        }
    }

    [Fact]
    public async Task A_reader_that_comes_again_gets_what_it_has_missed_each_thing_once_as_it_is_now()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        string? position = null;
        await foreach (var change in scene.LiveAsync("?after=0"))
        {
            position = change.Id;
            if (change.Name is "delivery")
            {
                break;
            }
        }

        foreach (var _ in Enumerable.Range(0, 3))
        {
            await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        }

        var missed = new List<string>();
        await foreach (var change in scene.LiveAsync(lastEventId: position))
        {
            if (change.Name is not "hello")
            {
                missed.Add($"{change.Name} {change.Data["id"]}");
            }

            if (missed.Count is 6)
            {
                break;
            }
        }

        missed.Order().ShouldBe(["delivery 2", "delivery 3", "delivery 4", "request 2", "request 3", "request 4"]);
    }

    [Fact]
    public async Task A_position_of_an_emulator_that_ran_before_brings_everything()
    {
        await using var scene = await DeliveryScene.StartAsync();
        await scene.SettledAsync(await scene.BeginOneAsync("/events", new { @event = Updated }));
        await foreach (var change in scene.LiveAsync(lastEventId: "9999"))
        {
            if (change.Name is "delivery")
            {
                change.Data["id"]!.GetValue<int>().ShouldBe(1);
                break;
            }
        }
    }

    [Fact]
    public async Task An_open_stream_does_not_keep_the_emulator_from_ending()
    {
        var scene = await Scene.StartAsync();
        await using var remote = scene.Remote;
        var ended = false;
        await foreach (var change in scene.LiveAsync(whenOpen: () =>
        {
            _ = Task.Run(async () => await scene.Emulator.DisposeAsync());
            return Task.CompletedTask;
        }))
        {
            ended = change.Name is "hello";
        }

        ended.ShouldBeTrue();
        scene.Client.Dispose();
    }
}
