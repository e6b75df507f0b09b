using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The stand-ins for Jira and Confluence.</summary>
public class ProductTests
{
    [Fact]
    public async Task Content_is_paged_to_its_end()
    {
        await using var scene = await Scene.StartAsync();
        var titles = new List<string>();
        for (var path = "wiki/rest/api/content?limit=7"; path is not null;)
        {
            var page = (await scene.AsAppAsync(scene.Acme, "confluence", path)).Body;
            page["size"]!.GetValue<int>().ShouldBe(page["results"]!.AsArray().Count);
            page["start"]!.GetValue<int>().ShouldBe(titles.Count);
            page["limit"]!.GetValue<int>().ShouldBe(7);
            titles.AddRange(page["results"]!.AsArray().Select(result => $"{result!["space"]!["key"]}/{result["title"]}"));
            path = page["_links"]!["next"] is { } next ? $"wiki{next}" : null;
        }

        titles.Count.ShouldBeGreaterThan(14);
        titles.Distinct().Count().ShouldBe(titles.Count);
    }

    [Fact]
    public async Task Content_is_the_sites_own_and_can_be_narrowed_to_a_space()
    {
        await using var scene = await Scene.StartAsync();
        var acme = await scene.AsAppAsync(scene.Acme, "confluence", "wiki/rest/api/content?spaceKey=ENG");
        acme.Results.Count.ShouldBeGreaterThan(3);
        acme.Results.ShouldAllBe(page => page!["space"]!["key"]!.GetValue<string>() == "ENG");
        var globex = await scene.AsAppAsync(scene.Globex, "confluence", "wiki/rest/api/content?spaceKey=ENG");
        globex.Results.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_only_one_user_may_read_is_listed_for_that_user_alone()
    {
        await using var scene = await Scene.StartAsync();
        const string List = "wiki/rest/api/content?title=Salary%20review";
        var (ada, ben) = (scene.Acme.Users[0], scene.Acme.Users[1]);
        var found = (await scene.AsUserAsync(ada, "confluence", List)).Results.ShouldHaveSingleItem();
        (await scene.AsUserAsync(ben, "confluence", List)).Results.ShouldBeEmpty();
        var page = $"wiki/rest/api/content/{found!["id"]}";
        (await scene.AsUserAsync(ada, "confluence", page)).Status.ShouldBe(HttpStatusCode.OK);
        (await scene.AsUserAsync(ben, "confluence", page)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await scene.AsAppAsync(scene.Acme, "confluence", page)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await scene.AsUserAsync(ada, "confluence", "wiki/rest/api/content/1")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_answer_tells_who_called()
    {
        await using var scene = await Scene.StartAsync();
        var ben = scene.Acme.Users[1];
        (await scene.AsUserAsync(ben, "confluence", "wiki/rest/api/content")).Principal.ShouldBe(ben.AccountId);
        (await scene.AsAppAsync(scene.Acme, "confluence", "wiki/rest/api/content")).Principal.ShouldBe("app");
        var user = (await scene.AsUserAsync(ben, "jira", "rest/api/3/myself")).Body;
        user["accountId"]!.GetValue<string>().ShouldBe(ben.AccountId);
        user["displayName"]!.GetValue<string>().ShouldBe(ben.Name);
        user["accountType"]!.GetValue<string>().ShouldBe("atlassian");
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/myself")).Body["accountType"]!.GetValue<string>().ShouldBe("app");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Issues_are_searched_page_by_page(string method)
    {
        await using var scene = await Scene.StartAsync();
        var keys = new List<string>();
        for (string? token = ""; token is not null;)
        {
            var page = await SearchAsync(scene, method, "project = ROAD AND status = \"To Do\" ORDER BY created", token);
            var issues = page["issues"]!.AsArray();
            issues.ShouldAllBe(issue => issue!["fields"]!["status"]!["name"]!.GetValue<string>() == "To Do");
            issues.ShouldAllBe(issue => issue!["fields"]!.AsObject().Count == 2);
            keys.AddRange(issues.Select(issue => issue!["key"]!.GetValue<string>()));
            token = page["nextPageToken"]?.GetValue<string>();
            page["isLast"]!.GetValue<bool>().ShouldBe(token is null);
        }

        keys.ShouldBe(["ROAD-1", "ROAD-4", "ROAD-7", "ROAD-10"]);
    }

    [Fact]
    public async Task A_search_without_a_restriction_or_for_another_project_finds_nothing()
    {
        await using var scene = await Scene.StartAsync();
        var answer = await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/search/jql?jql=order%20by%20created");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body["errorMessages"]!.AsArray().ShouldHaveSingleItem();
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/search/jql?jql=project=REA")).Issues.ShouldBeEmpty();
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/search/jql?jql=project=ROAD&nextPageToken=x!"))
            .Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_scope_that_the_manifest_lacks_is_missing_from_the_token()
    {
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Scopes = [new Scope("read:app-system-token", false), new Scope("read:jira-work", false)] },
        });
        var answer = await scene.AsAppAsync(scene.Acme, "confluence", "wiki/rest/api/content");
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body["message"]!.GetValue<string>().ShouldContain("read:confluence-content.summary");
        (await scene.AsAppAsync(scene.Acme, "jira", "rest/api/3/search/jql?jql=project=ROAD")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("jira", "rest/api/3/nothing")]
    [InlineData("bitbucket", "2.0/user")]
    public async Task What_the_emulator_does_not_stand_in_for_is_404(string product, string path)
    {
        await using var scene = await Scene.StartAsync();
        (await scene.AsAppAsync(scene.Acme, product, path)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<JsonNode> SearchAsync(Scene scene, string method, string jql, string token)
    {
        var path = $"/ex/jira/{scene.Acme.CloudId}/rest/api/3/search/jql";
        string[] fields = ["summary", "status"];
        using var request = method is "GET"
            ? new HttpRequestMessage(
                HttpMethod.Get,
                $"{path}?jql={Uri.EscapeDataString(jql)}&maxResults=3&fields={string.Join(',', fields)}&nextPageToken={token}")
            : new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = JsonContent.Create(new { jql, maxResults = 3, fields, nextPageToken = token }),
            };
        var systemToken = (await scene.MintAsync())["systemToken"]!.GetValue<string>();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", systemToken);
        using var response = await scene.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }
}
