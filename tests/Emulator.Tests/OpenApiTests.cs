using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The OpenAPI document of the emulator's own routes.</summary>
public partial class OpenApiTests
{
    /// <summary>What stands in for Atlassian's APIs, the pages for people, and the document itself.</summary>
    private static readonly string[] NotDocumented = ["/ex/", "/forge/", "/kvs/", "/graphql", "/console", "/apps", "/openapi.json"];

    [Fact]
    public async Task Every_route_is_described()
    {
        await using var scene = await Scene.StartAsync();
        var document = await DocumentAsync(scene);
        document.Text("openapi").ShouldStartWith("3.1");
        var problems = new List<string>();
        foreach (var (path, method) in Routes(scene))
        {
            if (document["paths"]![path]?[method] is not { } operation)
            {
                problems.Add($"{method} {path} is not in the document");
                continue;
            }

            AddProblems(problems, $"{method} {path}", operation);
        }

        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stand_ins_for_Atlassians_APIs_are_not_in_it()
    {
        await using var scene = await Scene.StartAsync();
        var paths = (await DocumentAsync(scene))["paths"]!.AsObject().Select(path => path.Key).ToList();
        paths.Count.ShouldBeGreaterThan(30);
        paths.ShouldAllBe(path => !NotDocumented.Any(other => path.StartsWith(other, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_request_answers_has_the_members_that_the_document_names()
    {
        await using var scene = await Scene.StartAsync();
        await scene.InvokeAsync();
        var document = await DocumentAsync(scene);
        Members(document, "RequestDetails").ShouldBe((await scene.DetailsAsync(await scene.LastRequestAsync())).AsObject().Select(member => member.Key).Order());
        Members(document, "SiteReport").ShouldBe(
            (await scene.Client.GetFromJsonAsync<JsonNode>("/sites"))!["sites"]![0]!.AsObject().Select(member => member.Key).Order());
        document["components"]!["schemas"]!["RequestKind"]!["enum"]!.AsArray().Count.ShouldBe(8);
    }

    private static void AddProblems(List<string> problems, string name, JsonNode operation)
    {
        if (string.IsNullOrEmpty(operation["summary"]?.GetValue<string>()) || operation["tags"] is not JsonArray { Count: > 0 })
        {
            problems.Add($"{name} has no summary or no tag");
        }

        if (operation["parameters"]?.AsArray().Any(parameter => string.IsNullOrEmpty(parameter!["description"]?.GetValue<string>())) is true)
        {
            problems.Add($"{name} has a parameter without a description");
        }

        foreach (var (status, answer) in operation["responses"]!.AsObject())
        {
            if (answer!["content"] is null && !IsOfApp(name))
            {
                problems.Add($"{name} answers {status} without a shape");
            }
        }

        // The remote's answer to these is whatever it is.
        static bool IsOfApp(string name) => name.Contains(" /frc/") || name.Contains(" /webtriggers/");
    }

    private static IEnumerable<(string Path, string Method)> Routes(Scene scene) =>
        from endpoint in scene.Emulator.Endpoints.OfType<RouteEndpoint>()
        let path = Constraint().Replace($"/{endpoint.RoutePattern.RawText!.TrimStart('/')}", "{$1}")
        where path is not "/" && !NotDocumented.Any(other => path.StartsWith(other, StringComparison.Ordinal))
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["any method"]
        select (path, method.ToLowerInvariant());

    private static async Task<JsonNode> DocumentAsync(Scene scene) => (await scene.Client.GetFromJsonAsync<JsonNode>("/openapi.json"))!;

    private static IEnumerable<string> Members(JsonNode document, string schema) =>
        document["components"]!["schemas"]![schema]!["properties"]!.AsObject().Select(member => member.Key).Order();

    [GeneratedRegex(@"\{\**(\w+)(:\w+)?\}")]
    private static partial Regex Constraint();
}
