using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Story;

/// <summary>The emulator, as the story uses it: users of sites that call the remote through the platform.</summary>
internal sealed class Platform(HttpClient http, string url, string remote, Transcript transcript, CancellationToken interrupted)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<IReadOnlyList<Site>> SitesAsync() => (await http.GetFromJsonAsync<SiteList>($"{url}/sites", JsonSerializerOptions.Web, interrupted))!.Sites;

    /// <summary>What <c>invokeRemote</c> of <c>@forge/bridge</c> does, for all to read.</summary>
    public async Task<Answer> InvokeAsync(Site site, User user, string method, string path, object? body = null)
    {
        transcript.Sent($"{method} {path}{(body is null ? "" : $"  {JsonSerializer.Serialize(body, Readable)}")}");
        var answer = await CallAsync(site, user, method, path, body);
        transcript.Received(answer.Status == 0 ? $"rejected: {answer.Body?["message"]}" : $"{answer.Status}  {answer.Body?.ToJsonString(Readable)}");
        return answer;
    }

    /// <summary>The same, silently.</summary>
    public async Task<Answer> CallAsync(Site site, User user, string method, string path, object? body = null)
    {
        using var response = await http.PostAsJsonAsync(
            $"{url}/bridge/invoke?site={site.Id}&user={Uri.EscapeDataString(user.AccountId)}",
            new { invokeType = "ui-remote-fetch", method, path, body },
            interrupted);
        var json = await response.Content.ReadFromJsonAsync<JsonObject>(interrupted);
        var result = json?["payload"] ?? json?["error"];
        return result is null ? new(0, json) : new(result["status"]!.GetValue<int>(), result["body"]);
    }

    /// <summary>Goes past the platform, straight to the remote, with a token that the platform's key did not sign.</summary>
    public async Task<Answer> ForgeAsync(Site site, string method, string path)
    {
        using var minted = await http.PostAsJsonAsync($"{url}/mint", new { site = site.Id, forged = true }, interrupted);
        var token = (await minted.Content.ReadFromJsonAsync<JsonObject>(interrupted))!["fit"]!.GetValue<string>();
        transcript.Sent($"{method} {remote}{path}  authorization: Bearer <a token signed by somebody else>");
        using var request = new HttpRequestMessage(new HttpMethod(method), remote + path);
        request.Headers.Authorization = new("Bearer", token);
        using var response = await http.SendAsync(request, interrupted);
        var answer = new Answer((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonNode>(interrupted));
        transcript.Received($"{answer.Status}  {answer.Body?.ToJsonString(Readable)}");
        return answer;
    }

    public async Task RotateKeysAsync()
    {
        transcript.Sent($"POST {url}/keys/rotate?retire=true");
        using var response = await http.PostAsync($"{url}/keys/rotate?retire=true", null, interrupted);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Something happens in Jira, and the platform tells the remote.</summary>
    public Task<IReadOnlyList<Delivery>> DeliverAsync(Site site, IssueEvent happened) =>
        BeginAsync("events", new { site = site.Id, @event = happened.Type, payload = happened.Payload });

    /// <summary>A scheduled trigger's time has come.</summary>
    public Task<IReadOnlyList<Delivery>> FireAsync(Site site, string trigger, bool isDuplicated) =>
        BeginAsync("triggers", new { site = site.Id, trigger, duplicate = isDuplicated });

    private async Task<IReadOnlyList<Delivery>> BeginAsync(string what, object request)
    {
        transcript.Sent($"POST {url}/{what}  {JsonSerializer.Serialize(request, Readable)}");
        using var response = await http.PostAsJsonAsync($"{url}/{what}", request, interrupted);
        response.EnsureSuccessStatusCode();
        var begun = (await response.Content.ReadFromJsonAsync<DeliveryList>(interrupted))!.Deliveries;
        var deliveries = await Task.WhenAll(begun.Select(delivery =>
            http.GetFromJsonAsync<Delivery>($"{url}/deliveries/{delivery.Id}?wait=20", JsonSerializerOptions.Web, interrupted)));
        transcript.Received(string.Join("; ", deliveries.Select(delivery => delivery!.Told)));
        return deliveries!;
    }

    private sealed record DeliveryList(IReadOnlyList<Delivery> Deliveries);

    private sealed record SiteList(IReadOnlyList<Site> Sites);
}

internal sealed record Site(string Id, string InstallationId, string CloudId, IReadOnlyList<User> Users);

internal sealed record User(string AccountId, string Name)
{
    public string FirstName => Name.Split(' ')[0];
}

/// <summary>What the platform delivers, and what came of it.</summary>
internal sealed record Delivery(long Id, string Outcome, IReadOnlyList<DeliveryAttempt> Attempts)
{
    public bool IsGood => Outcome == "delivered" && Attempts.Count == 1;

    public string Told => $"{Outcome}: {string.Join(", ", Attempts.Select(attempt => $"{attempt.Status} after {attempt.Took} ms"))}";
}

internal sealed record DeliveryAttempt(int? Status, long Took);

/// <summary>What a call came to; status 0 is a call that the platform rejected.</summary>
internal sealed record Answer(int Status, JsonNode? Body)
{
    public IReadOnlyList<string> Descriptions => [.. Body?["tasks"]?.AsArray().Select(task => task!["description"]!.GetValue<string>()) ?? []];
}
