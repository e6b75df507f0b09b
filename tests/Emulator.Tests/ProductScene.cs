using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>A scene with an app that may read and write in both products, in the name of users too.</summary>
internal static class ProductScene
{
    public const string Issue = "rest/api/3/issue/ROAD-1";
    public const string OtherIssue = "rest/api/3/issue/ROAD-2";
    public const string Myself = "rest/api/3/myself";
    public const string Projects = "rest/api/3/project/search";
    public const string Pages = "wiki/api/v2/pages";

    private const string ManifestText =
        """
        app: { id: ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107 }
        remotes:
          - key: backend
        modules:
          endpoint:
            - key: board
              remote: backend
              auth: { appSystemToken: { enabled: true }, appUserToken: { enabled: true } }
        permissions:
          scopes:
            read:app-system-token: {}
            read:app-user-token: {}
            read:jira-work: { allowImpersonation: true }
            read:jira-user: { allowImpersonation: true }
            write:jira-work: {}
            read:page:confluence: {}
            write:page:confluence: {}
            delete:page:confluence: {}
            read:confluence-content.summary: {}
        """;

    public static AppManifest Manifest => AppManifest.Parse(ManifestText);

    public static Task<Scene> StartAsync(LimitSizes? limits = null) => Scene.StartAsync(options =>
        options with { Manifest = Manifest, Limits = limits ?? options.Limits });

    public static async Task<string> SystemTokenAsync(this Scene scene, Site site) =>
        (await scene.MintAsync(new { site = site.Id }))["systemToken"]!.GetValue<string>();

    /// <summary>A call as the app, or with another token.</summary>
    public static async Task<CallAnswer> CallAsync(
        this Scene scene,
        string path,
        string method = "GET",
        object? body = null,
        Site? site = null,
        string product = "jira",
        string? token = null)
    {
        site ??= scene.Acme;
        token ??= await scene.SystemTokenAsync(site);
        return await scene.SendAsync(method, $"/ex/{product}/{site.CloudId}/{path}", token, body);
    }

    /// <summary>The same call so many times, and how often it was answered with each status.</summary>
    public static async Task<Dictionary<int, int>> RepeatAsync(
        this Scene scene, int times, string path, string method = "GET", object? body = null, Site? site = null, string product = "jira")
    {
        var token = await scene.SystemTokenAsync(site ?? scene.Acme);
        var statuses = new List<int>();
        for (var number = 0; number < times; number++)
        {
            statuses.Add((await scene.CallAsync(path, method, body, site, product, token)).Status);
        }

        return statuses.CountBy(status => status).ToDictionary();
    }

    public static async Task<CallAnswer> SendAsync(
        this Scene scene, string method, string path, string? token = null, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await scene.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new CallAnswer(
            (int)response.StatusCode,
            response.Headers.ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    public static Task<CallAnswer> LimitAsync(this Scene scene, object patch) => scene.SendAsync("POST", "/limits", body: patch);

    public static async Task<JsonNode> FaultAsync(this Scene scene, object fault)
    {
        var answer = await scene.SendAsync("POST", "/faults", body: fault);
        answer.Status.ShouldBe(201, answer.Body?.ToJsonString());
        return answer.Body!;
    }
}

/// <summary>What was answered.</summary>
internal sealed record CallAnswer(int Status, Dictionary<string, string> Headers, JsonNode? Body)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public int Number(string header) => int.Parse(Headers[header], CultureInfo.InvariantCulture);

    public string? Reason => this["RateLimit-Reason"];
}
