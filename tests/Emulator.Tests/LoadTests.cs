using System.Text.Json.Nodes;
using static ForgeOrleans.Emulator.Tests.ProductScene;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Products that have enough to read, and take what is written.</summary>
public class LoadTests
{
    [Fact]
    public async Task Projects_are_paged_by_where_a_page_starts()
    {
        await using var scene = await ProductScene.StartAsync();
        var token = await scene.SystemTokenAsync(scene.Acme);
        var keys = new List<string>();
        for (string? page = $"/ex/jira/{scene.Acme.CloudId}/{Projects}?maxResults=25"; page is not null;)
        {
            var body = (await scene.SendAsync("GET", page, token)).Body!;
            body["startAt"]!.GetValue<int>().ShouldBe(keys.Count);
            body["total"]!.GetValue<int>().ShouldBe(60);
            keys.AddRange(body["values"]!.AsArray().Select(project => project!.Text("key")));
            body["isLast"]!.GetValue<bool>().ShouldBe(body["nextPage"] is null);
            page = body["nextPage"]?.GetValue<string>();
        }

        keys.Distinct().Count().ShouldBe(60);
        (await scene.CallAsync($"{Projects}?query=road")).Body!["values"]!.AsArray().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Users_are_listed_until_a_page_has_none()
    {
        await using var scene = await ProductScene.StartAsync();
        var first = (await scene.CallAsync("rest/api/3/users/search?maxResults=2")).Body!.AsArray();
        var second = (await scene.CallAsync("rest/api/3/users/search?maxResults=2&startAt=2")).Body!.AsArray();
        first.Concat(second).Select(user => user!.Text("accountId")).ShouldBe(scene.Acme.Users.Select(user => user.AccountId));
        (await scene.CallAsync("rest/api/3/users/search?startAt=3")).Body!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Issues_fill_several_pages_of_a_search()
    {
        await using var scene = await ProductScene.StartAsync();
        var keys = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = (await scene.CallAsync($"rest/api/3/search/jql?jql=project=DESK&fields=summary&nextPageToken={next}")).Body!;
            keys.AddRange(page["issues"]!.AsArray().Select(issue => issue!.Text("key")));
            next = page["nextPageToken"]?.GetValue<string>();
        }

        keys.ShouldBe(Enumerable.Range(1, 240).Select(number => $"DESK-{number}"));
    }

    [Fact]
    public async Task Pages_are_followed_by_the_link_to_the_next()
    {
        await using var scene = await ProductScene.StartAsync();
        var token = await scene.SystemTokenAsync(scene.Acme);
        var (ids, pages) = (new List<string>(), 0);
        for (string? next = "/wiki/api/v2/pages?limit=50&space-id=65539"; next is not null; pages++)
        {
            var answer = await scene.SendAsync("GET", $"/ex/confluence/{scene.Acme.CloudId}{next}", token);
            ids.AddRange(answer.Body!["results"]!.AsArray().Select(page => page!.Text("id")));
            next = answer.Body["_links"]!["next"]?.GetValue<string>();
            answer["Link"].ShouldBe(next is null ? null : $"<{next}>; rel=\"next\"");
        }

        pages.ShouldBe(3);
        ids.Distinct().Count().ShouldBe(120);
        (await scene.CallAsync($"{Pages}?cursor=x!", product: "confluence")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task An_issue_is_made_read_changed_commented_and_deleted()
    {
        await using var scene = await ProductScene.StartAsync();
        var made = await scene.CallAsync(
            "rest/api/3/issue", "POST", new { fields = new { project = new { key = "ROAD" }, summary = "Buy a tent" } });
        made.Status.ShouldBe(201);
        made.Body!.Text("key").ShouldBe("ROAD-13");
        const string Made = "rest/api/3/issue/ROAD-13";
        (await scene.CallAsync(Made)).Body!["fields"]!.Text("summary").ShouldBe("Buy a tent");
        (await scene.CallAsync(Made, "PUT", new { fields = new { summary = "Buy two tents" } })).Status.ShouldBe(204);
        (await scene.CallAsync($"rest/api/3/issue/{made.Body!.Text("id")}?fields=summary")).Body!["fields"]!.ToJsonString()
            .ShouldBe("""{"summary":"Buy two tents"}""");
        var comment = new { body = new { type = "doc", version = 1, content = Array.Empty<object>() } };
        (await scene.CallAsync($"{Made}/comment", "POST", comment)).Status.ShouldBe(201);
        (await scene.CallAsync($"{Made}/comment", "POST", comment)).Status.ShouldBe(201);
        var comments = (await scene.CallAsync($"{Made}/comment?startAt=1")).Body!;
        comments["total"]!.GetValue<int>().ShouldBe(2);
        comments["comments"]!.AsArray().ShouldHaveSingleItem()!["body"]!.Text("type").ShouldBe("doc");
        (await scene.CallAsync(Made, "DELETE")).Status.ShouldBe(204);
        foreach (var (method, path, body) in ((string, string, object?)[])
            [("GET", Made, null), ("PUT", Made, new { }), ("DELETE", Made, null), ("POST", $"{Made}/comment", comment)])
        {
            (await scene.CallAsync(path, method, body)).Status.ShouldBe(404, method);
        }

        (await scene.CallAsync("rest/api/3/issue/ROAD-1", site: scene.Globex)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_is_no_issue_is_refused()
    {
        await using var scene = await ProductScene.StartAsync();
        foreach (var body in (string[])
        [
            """{"fields": {"project": {"key": "NONE"}, "summary": "x"}}""",
            """{"fields": {"project": {"key": "ROAD"}}}""",
            """{"fields": {"project": {"key": "ROAD"}, "summary": 7}}""",
            """{"fields": []}""",
            "{}",
        ])
        {
            (await scene.CallAsync("rest/api/3/issue", "POST", JsonNode.Parse(body))).Status.ShouldBe(400);
        }
    }

    [Fact]
    public async Task A_request_beyond_a_megabyte_is_refused()
    {
        await using var scene = await ProductScene.StartAsync();
        var answer = await scene.CallAsync("rest/api/3/issue/ROAD-1/comment", "POST", new { body = new string('x', 1024 * 1024) });
        answer.Status.ShouldBe(413);
    }

    [Fact]
    public async Task A_page_is_made_changed_and_deleted()
    {
        await using var scene = await ProductScene.StartAsync();
        var made = await scene.CallAsync(Pages, "POST", new { spaceId = "65537", title = "Plan" }, product: "confluence");
        var path = $"{Pages}/{made.Body!.Text("id")}";
        var edited = await scene.CallAsync(path, "PUT", new { title = "Plan B" }, product: "confluence");
        edited.Body!["version"]!["number"]!.GetValue<int>().ShouldBe(2);
        (await scene.CallAsync(path, product: "confluence")).Body!.Text("title").ShouldBe("Plan B");
        (await scene.CallAsync(path, "DELETE", product: "confluence")).Status.ShouldBe(204);
        (await scene.CallAsync(path, product: "confluence")).Status.ShouldBe(404);
        (await scene.CallAsync(Pages, "POST", new { spaceId = "1", title = "Plan" }, product: "confluence")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_write_needs_its_scope()
    {
        await using var scene = await Scene.StartAsync();
        (await scene.CallAsync(Pages, product: "confluence")).Status.ShouldBe(200);
        var refused = await scene.CallAsync(Pages, "POST", new { title = "x" }, product: "confluence");
        refused.Status.ShouldBe(401);
        refused.Body!.Text("message").ShouldContain("write:page:confluence");
    }
}
