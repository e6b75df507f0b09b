using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Tests;

/// <summary>The sample as its users see it: its own program, on a port, with its own manifest.</summary>
public sealed class TaskBoardTests(TaskBoard taskBoard) : IClassFixture<TaskBoard>
{
    private readonly Action<Fit> _site = ASite();

    [Fact]
    public async Task A_task_is_made_found_changed_and_deleted()
    {
        var made = (await JsonAsync(await CallAsync("POST", "/tasks/", new { department = "R&D", team = "Forge", description = "Write it" }))).GetProperty("task");
        var id = made.GetProperty("id").GetString()!;
        made.GetProperty("department").GetString().ShouldBe("R&D");
        made.GetProperty("createdBy").GetString().ShouldBe("5c5f880629be9642ba529340");
        made.GetProperty("createdAt").GetDateTimeOffset().ShouldBe(made.GetProperty("updatedAt").GetDateTimeOffset());
        made.GetProperty("done").GetBoolean().ShouldBeFalse();

        (await JsonAsync(await CallAsync("GET", $"/tasks/{id}"))).GetProperty("task").ToString().ShouldBe(made.ToString());
        (await JsonAsync(await CallAsync("GET", "/tasks/?team=Forge"))).GetProperty("tasks").EnumerateArray().Single().ToString().ShouldBe(made.ToString());
        (await JsonAsync(await CallAsync("GET", "/tasks?team=Other"))).GetProperty("tasks").GetArrayLength().ShouldBe(0);

        var changed = (await JsonAsync(await CallAsync("PATCH", $"/tasks/{id}", new { done = true }))).GetProperty("task");
        changed.GetProperty("done").GetBoolean().ShouldBeTrue();
        changed.GetProperty("description").GetString().ShouldBe("Write it");

        using var deleted = await CallAsync("DELETE", $"/tasks/{id}");
        ((int)deleted.StatusCode).ShouldBe(204);
        foreach (var method in new[] { "GET", "DELETE" })
        {
            using var gone = await CallAsync(method, $"/tasks/{id}");
            await gone.ShouldBeErrorAsync(404, "not_found");
        }
        using var unchangeable = await CallAsync("PATCH", $"/tasks/{id}", new { done = true });
        await unchangeable.ShouldBeErrorAsync(404, "not_found");
    }

    [Fact]
    public async Task A_change_of_a_version_that_is_gone_is_a_conflict()
    {
        var made = await MakeAsync("Forge");
        var (id, version) = (made.GetProperty("id").GetString(), made.GetProperty("version").GetInt64());
        using (var first = await CallAsync("PATCH", $"/tasks/{id}", new { description = "first", version }))
            ((int)first.StatusCode).ShouldBe(200);
        using var second = await CallAsync("PATCH", $"/tasks/{id}", new { description = "second", version });
        await second.ShouldBeErrorAsync(409, "conflict");
        (await JsonAsync(await CallAsync("GET", $"/tasks/{id}"))).GetProperty("task").GetProperty("description").GetString().ShouldBe("first");
    }

    [Fact]
    public async Task The_list_comes_in_pages_and_in_the_order_of_making()
    {
        var made = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            made.Add((await MakeAsync(i % 2 == 0 ? "even" : "odd")).GetProperty("id").GetString()!);
            taskBoard.Clock.Advance(TimeSpan.FromMilliseconds(5));
        }

        (await PagesAsync("limit=3")).ShouldBe([3, 3, 1]);
        (await PagesAsync("limit=7")).ShouldBe([7]);
        (await PagesAsync("team=even&limit=2")).ShouldBe([2, 2]);
        (await PagesAsync("limit=1")).Length.ShouldBe(7);

        async Task<int[]> PagesAsync(string query)
        {
            var (sizes, seen, cursor) = (new List<int>(), new List<string>(), "");
            do
            {
                var page = await JsonAsync(await CallAsync("GET", $"/tasks/?{query}{cursor}"));
                var ids = page.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!).ToList();
                sizes.Add(ids.Count);
                seen.AddRange(ids);
                cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null!;
            }
            while (cursor is not null);
            seen.ShouldBe(made.Where((_, i) => !query.Contains("even", StringComparison.Ordinal) || i % 2 == 0));
            return [.. sizes];
        }
    }

    [Fact]
    public async Task A_page_has_a_hundred_tasks_unless_told()
    {
        await Task.WhenAll(Enumerable.Range(0, 101).Select(_ => MakeAsync("many")));
        var page = await JsonAsync(await CallAsync("GET", "/tasks/"));
        page.GetProperty("tasks").GetArrayLength().ShouldBe(100);
        page.GetProperty("nextCursor").GetString().ShouldNotBeNull();
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=../x", "cursor")]
    [InlineData("cursor=", "cursor")]
    public async Task A_page_that_cannot_be_meant_is_refused(string query, string names)
    {
        using var response = await CallAsync("GET", $"/tasks/?{query}");
        (await response.ShouldBeErrorAsync(400, "invalid_request")).ToString().ShouldContain(names);
    }

    [Theory]
    [InlineData("{}", "department", "team", "description")]
    [InlineData("""{"department":"a","team":"b"}""", "description")]
    [InlineData("""{"department":"","team":"b","description":"c"}""", "department")]
    [InlineData("""{"department":"a","team":null,"description":"c"}""", "team")]
    [InlineData("""{"department":1,"team":"b","description":"c"}""", "department")]
    public async Task What_is_wrong_with_a_task_is_said_by_field(string body, params string[] fields)
    {
        using var response = await CallAsync("POST", "/tasks/", JsonDocument.Parse(body).RootElement);
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("fields")
            .EnumerateObject().Select(field => field.Name).ShouldBe(fields, ignoreOrder: true);
    }

    [Fact]
    public async Task No_site_sees_or_touches_anothers_tasks()
    {
        var id = (await MakeAsync("Forge")).GetProperty("id").GetString();
        var other = ASite();
        (await JsonAsync(await CallAsync("GET", "/tasks/", site: other))).GetProperty("tasks").GetArrayLength().ShouldBe(0);
        foreach (var (method, body) in new[] { ("GET", null), ("PATCH", (object)new { done = true }), ("DELETE", null) })
        {
            using var response = await CallAsync(method, $"/tasks/{id}", body, other);
            await response.ShouldBeErrorAsync(404, "not_found");
        }
        (await JsonAsync(await CallAsync("GET", $"/tasks/{id}"))).GetProperty("task").GetProperty("done").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"a\":[1,null]}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    public async Task Echo_answers_what_it_was_sent_and_by_whom(string body)
    {
        var answer = await JsonAsync(await CallAsync("POST", "/echo", JsonDocument.Parse(body).RootElement, fit => { }));
        answer.GetProperty("received").ToString().ShouldBe(JsonDocument.Parse(body).RootElement.ToString());
        answer.GetProperty("installation").GetString().ShouldBe(Fit.Site);
        answer.GetProperty("principal").GetString().ShouldBe("5c5f880629be9642ba529340");
    }

    [Theory]
    [InlineData("?as=app", 200, "acc3ss-t0ken-app")]
    [InlineData("", 200, "acc3ss-t0ken-app")]
    [InlineData("?as=user", 200, "acc3ss-t0ken-user")]
    [InlineData("?as=app", 404, "acc3ss-t0ken-app")]
    public async Task Confluence_is_called_as_asked_and_its_answer_passed_on(string query, int status, string token)
    {
        taskBoard.Product.Answer = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("""{"results":[1]}""");
        };
        taskBoard.Product.Requests.Clear();
        using var response = await CallAsync("GET", $"/confluence/content{query}", site: OfConfluence, system: "acc3ss-t0ken-app", user: "acc3ss-t0ken-user");
        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"results":[1]}""");
        var call = taskBoard.Product.Requests.Single();
        call.Target.ShouldBe($"/ex/confluence/{Fit.Cloud}/wiki/rest/api/content");
        call.Header("authorization").ShouldBe($"Bearer {token}");
    }

    [Fact]
    public async Task Confluence_is_called_as_nobody_else()
    {
        using var response = await CallAsync("GET", "/confluence/content?as=admin", site: OfConfluence);
        await response.ShouldBeErrorAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Issues_are_searched_page_by_page_until_there_are_enough()
    {
        taskBoard.Product.Requests.Clear();
        taskBoard.Product.Answer = context =>
        {
            var from = int.TryParse(context.Request.Query["nextPageToken"], out var place) ? place : 0;
            var size = int.Parse(context.Request.Query["maxResults"]!, System.Globalization.CultureInfo.InvariantCulture);
            var issues = Enumerable.Range(from, Math.Min(size, 250 - from)).Select(n => new { id = $"{n}", key = $"ABC-{n}", fields = new { summary = $"Issue {n}", status = new { name = "Done" } } });
            return context.Response.WriteAsJsonAsync(new { issues, nextPageToken = from + size < 250 ? $"{from + size}" : null, isLast = from + size >= 250 });
        };
        var all = await JsonAsync(await CallAsync("GET", "/jira/search?jql=project%20%3D%20ABC", site: OfJira, system: "acc3ss-t0ken-app"));
        all.GetProperty("issues").EnumerateArray().Select(issue => issue.GetProperty("key").GetString()).ShouldBe(Enumerable.Range(0, 250).Select(n => $"ABC-{n}"));
        all.GetProperty("issues")[0].ToString().ShouldBe("""{"id":"0","key":"ABC-0","summary":"Issue 0","status":"Done"}""");
        all.GetProperty("nextPageToken").ValueKind.ShouldBe(JsonValueKind.Null);
        taskBoard.Product.Requests.Count.ShouldBe(3);
        taskBoard.Product.Requests.First().Target.ShouldBe($"/ex/jira/{Fit.Cloud}/rest/api/3/search/jql?jql=project%20%3D%20ABC&fields=summary,status&maxResults=100");

        var some = await JsonAsync(await CallAsync("GET", "/jira/search?jql=x&limit=150", site: OfJira, system: "acc3ss-t0ken-app"));
        (some.GetProperty("issues").GetArrayLength(), some.GetProperty("nextPageToken").GetString()).ShouldBe((100, "100"));
        var rest = await JsonAsync(await CallAsync("GET", "/jira/search?jql=x&nextPageToken=200", site: OfJira, system: "acc3ss-t0ken-app"));
        (rest.GetProperty("issues").GetArrayLength(), rest.GetProperty("nextPageToken").GetString()).ShouldBe((50, null));
    }

    [Fact]
    public async Task A_search_that_Jira_does_not_understand_is_refused()
    {
        taskBoard.Product.Answer = context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("""{"errorMessages":["no"]}""");
        };
        using var refused = await CallAsync("GET", "/jira/search?jql=x", site: OfJira, system: "acc3ss-t0ken-app");
        await refused.ShouldBeErrorAsync(400, "invalid_request");
        using var missing = await CallAsync("GET", "/jira/search", site: OfJira, system: "acc3ss-t0ken-app");
        await missing.ShouldBeErrorAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Somebody_who_is_not_there_is_who_Jira_says_the_call_was_made_as()
    {
        taskBoard.Product.Requests.Clear();
        taskBoard.Product.Answer = context => context.Response.WriteAsync(context.Request.Path == "/graphql"
            ? """{"data":{"offlineUserAuthToken":{"success":true,"errors":null,"authToken":{"token":"acc3ss-t0ken-offline","ttl":3600}}}}"""
            : """{"accountId":"557058:ada","accountType":"atlassian","displayName":"Ada","emailAddress":"ada@example.com"}""");
        var who = await JsonAsync(await CallAsync("POST", "/impersonate", new { accountId = "557058:ada" }, OfJira, "acc3ss-t0ken-app"));
        who.ToString().ShouldBe("""{"accountId":"557058:ada","accountType":"atlassian","displayName":"Ada"}""");

        var (asked, called) = (taskBoard.Product.Requests.First(), taskBoard.Product.Requests.Last());
        (asked.Target, asked.Header("authorization")).ShouldBe(("/graphql", "Bearer acc3ss-t0ken-app"));
        asked.Body.ShouldContain($"\"input\":{{\"contextIds\":[\"ari:cloud:jira::site/{Fit.Cloud}\"],\"userId\":\"557058:ada\"}}");
        (called.Target, called.Header("authorization")).ShouldBe(($"/ex/jira/{Fit.Cloud}/rest/api/3/myself", "Bearer acc3ss-t0ken-offline"));
        taskBoard.Product.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_is_impersonated_who_may_not_be_or_where_there_is_no_Jira()
    {
        taskBoard.Product.Answer = context => context.Response.WriteAsync("""{"data":{"offlineUserAuthToken":{"success":false,"errors":[{"message":"User is deactivated"}]}}}""");
        using var refused = await CallAsync("POST", "/impersonate", new { accountId = "557058:gone" }, OfJira, "acc3ss-t0ken-app");
        (await refused.ShouldBeErrorAsync(403, "forbidden")).GetProperty("message").GetString()!.ShouldContain("User is deactivated");
        using var elsewhere = await CallAsync("POST", "/impersonate", new { accountId = "557058:gone" }, OfConfluence, "acc3ss-t0ken-app");
        (await elsewhere.ShouldBeErrorAsync(404, "not_found")).GetProperty("message").GetString()!.ShouldContain("has no jira");
        using var nobody = await CallAsync("POST", "/impersonate", new { }, OfJira, "acc3ss-t0ken-app");
        await nobody.ShouldBeErrorAsync(400, "invalid_request");
    }

    private static Action<Fit> ASite()
    {
        var id = Guid.NewGuid().ToString();
        return fit => fit.OfSite(id);
    }

    private void OfConfluence(Fit fit)
    {
        _site(fit);
        fit.AtBase($"{taskBoard.Product.Url}ex/confluence/{Fit.Cloud}");
    }

    private void OfJira(Fit fit)
    {
        _site(fit);
        fit.AtBase($"{taskBoard.Product.Url}ex/jira/{Fit.Cloud}", "jira");
        fit.App["installation"]!["contexts"]![0]!["cloudId"] = Fit.Cloud;
    }

    private async Task<JsonElement> MakeAsync(string team) =>
        (await JsonAsync(await CallAsync("POST", "/tasks/", new { department = "d", team, description = "x" }))).GetProperty("task");

    private Task<HttpResponseMessage> CallAsync(
        string method, string path, object? json = null, Action<Fit>? site = null, string? system = null, string? user = null) =>
        taskBoard.CallAsync(method, path, json, site ?? _site, system, user);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(200, body);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            return JsonDocument.Parse(body).RootElement;
        }
    }
}
