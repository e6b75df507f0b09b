using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Tests;
using ForgeOrleans.Manifest;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>The emulator's console in a browser, an app that has one of everything, and a remote that answers as the test wants.</summary>
internal sealed class ConsoleScene : IAsyncDisposable
{
    public const string Updated = "avi:jira:updated:issue";

    private const string ManifestText =
        """
        app: { id: ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107 }
        remotes:
          - key: backend
            operations: [storage, compute, fetch]
        modules:
          jira:projectPage:
            - key: board
              title: Task Board
              resource: ui
              resolver: { endpoint: api }
          endpoint:
            - { key: api, remote: backend, auth: { appSystemToken: { enabled: true }, appUserToken: { enabled: true } } }
            - { key: events, remote: backend, route: { path: /events }, auth: { appSystemToken: { enabled: true } } }
            - { key: life, remote: backend, route: { path: /lifecycle } }
            - { key: farewell, remote: backend, route: { path: /uninstall } }
            - { key: hourly, remote: backend, route: { path: /triggers/hourly } }
            - { key: web, remote: backend, route: { path: /hooks } }
          trigger:
            - { key: issues, endpoint: events, events: [avi:jira:updated:issue, avi:jira:created:issue, avi:jira:commented:issue] }
            - { key: pages, endpoint: events, events: [avi:confluence:created:page] }
            - { key: installs, endpoint: life, events: [avi:forge:installed:app, avi:forge:upgraded:app] }
          scheduledTrigger:
            - { key: hourly-sync, endpoint: hourly, interval: hour }
          preUninstall:
            - { key: goodbye, endpoint: farewell }
          webtrigger:
            - { key: import-hook, endpoint: web }
        resources:
          - { key: ui, path: ui }
        permissions:
          scopes: [read:app-system-token, read:app-user-token, storage:app, read:jira-work, write:jira-work, read:confluence-content.summary]
        """;

    private readonly HttpClient _client;

    private ConsoleScene(BrowserScene scene)
    {
        Browser = scene;
        _client = scene.Part(new ClientPart(scene.Emulator.Url)).Client;
    }

    public BrowserScene Browser { get; }

    public IPage Page => Browser.Page;

    public StubRemote Remote => Browser.Stub;

    public ILocator Feed => Page.GetByRole(AriaRole.Grid, new() { Name = "Requests to the remote" });

    public ILocator Details => Page.GetByRole(AriaRole.Region, new() { Name = "Details of the request" });

    /// <summary>The rows that are to be seen, the newest first.</summary>
    public ILocator Rows => Feed.Locator(".rows .row");

    public static async Task<ConsoleScene> StartAsync(
        Chromium chromium, string view = "feed", BrowserNewContextOptions? context = null, Func<EmulatorOptions, EmulatorOptions>? adjust = null)
    {
        var scene = new ConsoleScene(await BrowserScene.WithStubAsync(chromium, AppManifest.Parse(ManifestText), context, adjust));
        await scene.Page.GotoAsync($"/console/#/{view}");
        await BrowserScene.SeesAsync(scene.Page.Locator("#live[data-state=live]"));
        return scene;
    }

    /// <summary>A request that a row shows, by something that its path, event or finding has in it.</summary>
    public ILocator Row(string text) => Rows.Filter(new() { HasText = text });

    /// <summary>Leaves the view for another.</summary>
    public async Task GoAsync(string view)
    {
        await Page.GetByRole(AriaRole.Navigation, new() { Name = "Views" }).GetByRole(AriaRole.Link, new() { Name = view }).ClickAsync();
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Name = view, Level = 1 })).ToBeAttachedAsync();
    }

    /// <summary>Calls the remote as a frontend does.</summary>
    public Task InvokeAsync(string path, string method = "GET", object? body = null, string site = "acme", string? user = null) =>
        PostAsync($"/bridge/invoke?site={site}&user={user}", new { invokeType = "ui-remote-fetch", method, path, body });

    public Task EventAsync(object? payload = null, string site = "acme", string name = Updated, int count = 1) =>
        PostAsync("/events", new { site, @event = name, payload, count });

    public async Task<JsonNode?> PostAsync(string path, object body)
    {
        using var response = await _client.PostAsJsonAsync(path, body);
        return await response.Content.ReadFromJsonAsync<JsonNode>();
    }

    public Task<JsonNode?> GetAsync(string path) => _client.GetFromJsonAsync<JsonNode>(path);

    /// <summary>Calls a product as the remote would, with the app's token of a site, and answers the status.</summary>
    public async Task<HttpStatusCode> CallProductAsync(string product, string path)
    {
        var token = (await PostAsync("/mint", new { site = "acme" }))!["systemToken"]!.GetValue<string>();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/ex/{product}/{Browser.Acme.CloudId}{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _client.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Puts something into the app's storage, as a function would.</summary>
    public async Task StoreAsync(string key, object value)
    {
        using var response = await _client.PostAsJsonAsync("/kvs/api/v1/set", new { key, value });
        response.IsSuccessStatusCode.ShouldBeTrue();
    }

    /// <summary>Lets the remote answer each path in its own way, and 200 <c>{}</c> elsewhere.</summary>
    public void Answer(params (string Path, int Status, string? ContentType, string Body)[] answers) => Remote.Answer = http =>
    {
        var answer = answers.FirstOrDefault(answer => http.Request.Path == answer.Path);
        (http.Response.StatusCode, http.Response.ContentType) = answer.Path is null ? (200, "application/json") : (answer.Status, answer.ContentType);
        return http.Response.WriteAsync(answer.Body ?? "{}");
    };

    public ValueTask DisposeAsync() => Browser.DisposeAsync();

    private sealed class ClientPart(Uri emulator) : IAsyncDisposable
    {
        public HttpClient Client { get; } = new() { BaseAddress = emulator };

        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
