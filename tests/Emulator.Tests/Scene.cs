using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>An emulator, a remote, and a client that stands where the browser would.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public static string TaskBoardFolder => Path.Combine(AppContext.BaseDirectory, "TaskBoard");

    public static AppManifest TaskBoard => AppManifest.Load(Path.Combine(TaskBoardFolder, "manifest.yml"));

    public required StubRemote Remote { get; init; }

    public required EmulatorHost Emulator { get; init; }

    public required HttpClient Client { get; init; }

    public required FakeClock Clock { get; init; }

    public Site Acme => Emulator.Platform.Sites[0];

    public Site Globex => Emulator.Platform.Sites[1];

    public static async Task<Scene> StartAsync(Func<EmulatorOptions, EmulatorOptions>? adjust = null)
    {
        var clock = new FakeClock();
        var remote = await StubRemote.StartAsync();
        var options = new EmulatorOptions { Manifest = TaskBoard, Remote = remote.Url, Clock = clock };
        var emulator = await EmulatorHost.StartAsync(adjust?.Invoke(options) ?? options);
        return new Scene { Remote = remote, Emulator = emulator, Client = new HttpClient { BaseAddress = emulator.Url }, Clock = clock };
    }

    public Task<(HttpStatusCode Status, JsonNode Answer)> InvokeAsync(
        string method = "GET", string path = "/tasks/", object? headers = null, object? body = null, string query = "") =>
        PostAsync($"/bridge/invoke{query}", new { path, method, headers, body, invokeType = "ui-remote-fetch" });

    public async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string path, object payload)
    {
        using var response = await Client.PostAsJsonAsync(path, payload);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    public async Task<JsonNode> MintAsync(object? request = null) => (await PostAsync("/mint", request ?? new { })).Answer;

    /// <summary>Calls a product's API with a token, or with none.</summary>
    public async Task<ProductAnswer> GetAsync(Site site, string product, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ex/{product}/{site.CloudId}/{path}");
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await Client.SendAsync(request);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var principal = response.Headers.TryGetValues("x-emulator-principal", out var values) ? values.Single() : null;
        return new ProductAnswer(response.StatusCode, body, principal);
    }

    public async Task<ProductAnswer> AsAppAsync(Site site, string product, string path) =>
        await GetAsync(site, product, path, (await MintAsync(new { site = site.Id }))["systemToken"]!.GetValue<string>());

    /// <summary>As a user of the first site.</summary>
    public async Task<ProductAnswer> AsUserAsync(User user, string product, string path) =>
        await GetAsync(Acme, product, path, (await MintAsync(new { user = user.AccountId }))["userToken"]!.GetValue<string>());

    /// <summary>The message of a call that must be rejected.</summary>
    public async Task<string> RejectionAsync(string method = "GET", string path = "/tasks/", object? body = null)
    {
        var (status, answer) = await InvokeAsync(method, path, body: body);
        status.ShouldBe(HttpStatusCode.UnprocessableEntity, answer.ToJsonString());
        answer.AsObject().Count.ShouldBe(1);
        return answer["message"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Emulator.DisposeAsync();
        await Remote.DisposeAsync();
    }
}
