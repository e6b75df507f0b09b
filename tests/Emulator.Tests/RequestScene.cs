using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the emulator tells of the requests that it sends, and of everything that changes.</summary>
internal static class RequestScene
{
    public static async Task<IReadOnlyList<JsonNode>> RequestsAsync(this Scene scene, string query = "") =>
        [.. (await scene.Client.GetFromJsonAsync<JsonNode>($"/requests{query}"))!["requests"]!.AsArray().Select(request => request!)];

    public static async Task<JsonNode> LastRequestAsync(this Scene scene) => (await scene.RequestsAsync("?limit=1")).ShouldHaveSingleItem();

    public static async Task<JsonNode> DetailsAsync(this Scene scene, JsonNode request) =>
        (await scene.Client.GetFromJsonAsync<JsonNode>($"/requests/{request["id"]}"))!;

    public static async Task<JsonNode> InvocationAsync(this Scene scene, object invocation)
    {
        var (status, answer) = await scene.PostAsync("/invocations", invocation);
        status.ShouldBe(System.Net.HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    public static JsonNode OnlyFinding(this JsonNode request) => request["findings"]!.AsArray().ShouldHaveSingleItem()!;

    /// <summary>Waits until a request of the feed is as it should be.</summary>
    public static async Task<JsonNode> RequestAsync(this Scene scene, JsonNode id, string state = "done")
    {
        await foreach (var change in scene.LiveAsync("?after=0"))
        {
            if (change.Name is "request" && change.Data["id"]!.ToJsonString() == id.ToJsonString() && change.Data.Text("state") == state)
            {
                return change.Data;
            }
        }

        throw new InvalidOperationException("The emulator has ended.");
    }

    /// <summary>Reads server-sent events, for at most 20 seconds.</summary>
    public static async IAsyncEnumerable<(string Name, string? Id, JsonNode Data)> LiveAsync(
        this Scene scene, string query = "", string? lastEventId = null, Func<Task>? whenOpen = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/live{query}");
        if (lastEventId is not null)
        {
            request.Headers.Add("last-event-id", lastEventId);
        }

        using var response = await scene.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            yield return (item.EventType, item.EventId, JsonNode.Parse(item.Data)!);
            if (item.EventType is "hello" && whenOpen is not null)
            {
                await whenOpen();
            }
        }
    }
}
