using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>Calls a remote's web triggers as the platform does, in both forms.</summary>
internal static class WebTriggers
{
    /// <summary>A manifest with a web trigger at each path.</summary>
    public static string Manifest(params string[] paths) => RemoteSetup.PlainManifest + $"""

        modules:
          endpoint:
        {string.Join('\n', paths.Select((path, i) => $"    - {{ key: end-{i}, remote: backend, route: {{ path: {path} }} }}"))}
          webtrigger:
        {string.Join('\n', paths.Select((_, i) => $"    - {{ key: web-{i}, endpoint: end-{i} }}"))}
        """;

    public static Task<Remote> StartAsync(Action<WebApplication> map, params string[] paths) =>
        Remote.StartAsync(new RemoteSetup { Manifest = Manifest(paths), Map = map });

    public static JsonObject Envelope(string method = "POST", string userPath = "", string? body = null) => new()
    {
        ["method"] = method,
        ["headers"] = new JsonObject(),
        ["body"] = body,
        ["path"] = $"/x1/trigger{userPath}",
        ["userPath"] = userPath,
        ["queryParameters"] = new JsonObject(),
    };

    public static async Task<HttpResponseMessage> SendEnvelopeAsync(this Remote remote, string path, JsonNode envelope)
    {
        using var request = remote.Request("POST", path);
        request.Content = JsonContent.Create(envelope);
        return await remote.Http.SendAsync(request);
    }

    /// <summary>What the caller of the web trigger gets, of an answer that is an envelope.</summary>
    public static async Task<(int Status, JsonElement Headers, string Body)> UnwrapAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, text);
        response.Content.Headers.ContentType?.ToString().ShouldBe("application/json");
        var root = JsonDocument.Parse(text).RootElement;
        root.EnumerateObject().Select(member => member.Name).ShouldBe(["statusCode", "headers", "body"]);
        foreach (var header in root.GetProperty("headers").EnumerateObject())
            header.Value.EnumerateArray().ShouldAllBe(value => value.ValueKind == JsonValueKind.String);
        return (root.GetProperty("statusCode").GetInt32(), root.GetProperty("headers"), root.GetProperty("body").GetString()!);
    }
}
