using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>A scene with an app that has events, schedules, hooks and web triggers.</summary>
internal static class DeliveryScene
{
    public const string Updated = "avi:jira:updated:issue";
    public const string Commented = "avi:confluence:created:comment";

    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public const string ManifestText =
        """
        app: { id: ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107 }
        remotes:
          - key: backend
        modules:
          endpoint:
            - key: events
              remote: backend
              route: { path: /events }
              auth: { appSystemToken: { enabled: true } }
            - key: audit
              remote: backend
              route: { path: /audit }
            - key: life
              remote: backend
              route: { path: /lifecycle }
              auth: { appSystemToken: { enabled: true } }
            - key: farewell
              remote: backend
              route: { path: /uninstall }
              auth: { appSystemToken: { enabled: true } }
            - key: hourly
              remote: backend
              route: { path: /triggers/hourly }
              auth: { appSystemToken: { enabled: true }, appUserToken: { enabled: true } }
            - key: web
              remote: backend
              route: { path: /hooks }
          trigger:
            - key: issues
              endpoint: events
              events: [avi:jira:updated:issue, avi:jira:created:issue]
            - key: pages
              endpoint: events
              events: [avi:confluence:created:comment]
            - key: audits
              endpoint: audit
              events: [avi:confluence:created:comment]
            - key: installs
              endpoint: life
              events: [avi:forge:installed:app, avi:forge:upgraded:app]
          scheduledTrigger:
            - key: hourly-sync
              endpoint: hourly
              interval: hour
          preUninstall:
            - key: goodbye
              endpoint: farewell
          webtrigger:
            - key: callback
              endpoint: web
        permissions:
          scopes: [read:app-system-token, read:app-user-token, read:jira-work, read:jira-user, read:confluence-content.summary]
        """;

    public static AppManifest Manifest => AppManifest.Parse(ManifestText);

    public static Task<Scene> StartAsync(Func<EmulatorOptions, EmulatorOptions>? adjust = null) => Scene.StartAsync(options =>
    {
        options = options with { Manifest = Manifest };
        return adjust?.Invoke(options) ?? options;
    });

    /// <summary>Asks for deliveries, and answers those that were begun.</summary>
    public static async Task<JsonArray> BeginAsync(this Scene scene, string path, object request)
    {
        var (status, answer) = await scene.PostAsync(path, request);
        status.ShouldBe(HttpStatusCode.Accepted, answer.ToJsonString());
        return answer["deliveries"]!.AsArray();
    }

    public static async Task<JsonNode> BeginOneAsync(this Scene scene, string path, object request) =>
        (await scene.BeginAsync(path, request)).ShouldHaveSingleItem()!;

    /// <summary>A delivery once nothing more is done about it.</summary>
    public static async Task<JsonNode> SettledAsync(this Scene scene, JsonNode delivery)
    {
        var settled = (await scene.Client.GetFromJsonAsync<JsonNode>($"/deliveries/{delivery["id"]}?wait=20"))!;
        settled.Text("outcome").ShouldNotBe("waiting");
        return settled;
    }

    public static async Task<IReadOnlyList<JsonNode>> FeedAsync(this Scene scene, string query = "") =>
        [.. (await scene.Client.GetFromJsonAsync<JsonNode>($"/deliveries{query}"))!["deliveries"]!.AsArray().Select(delivery => delivery!)];

    /// <summary>Waits for the failure of an attempt, and lets the time until the next pass.</summary>
    public static async Task PassRetrySpacingAsync(this Scene scene)
    {
        await scene.Clock.TimerSetAsync(Minute);
        scene.Clock.Advance(Minute);
    }

    public static string Text(this JsonNode node, string name) => node[name]!.GetValue<string>();

    public static JsonNode Json(this ReceivedRequest request) => JsonNode.Parse(request.Text)!;

    public static IReadOnlyList<string> Verdicts(this JsonNode delivery) =>
        [.. delivery["attempts"]!.AsArray().Select(attempt => attempt!.Text("verdict"))];
}
