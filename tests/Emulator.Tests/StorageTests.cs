using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Forge storage as a remote reaches it: over REST, with the app's own token.</summary>
public class StorageTests
{
    [Fact]
    public async Task Only_the_apps_own_good_token_opens_the_storage()
    {
        await using var scene = await StorageManifest.StartAsync();
        var minted = await scene.MintAsync();
        var (system, user) = (minted["systemToken"]!.GetValue<string>(), minted["userToken"]!.GetValue<string>());
        var body = new { key = "a", value = 1 };
        foreach (var token in new[] { null, user, "nonsense", system + "x", await TokenAsync(scene, new { accessTokenExpiresIn = -1 }) })
        {
            (await PostAsync(scene, "set", body, token)).Status.ShouldBe(HttpStatusCode.Unauthorized, token);
        }

        (await PostAsync(scene, "set", body, system)).Status.ShouldBe(HttpStatusCode.NoContent);
        (await PostAsync(scene, "get", new { key = "a" }, await TokenAsync(scene, new { site = "globex" }))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(scene, "get", new { key = "a" }, system)).Json!["value"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_scope_there_is_no_storage()
    {
        await using var scene = await Scene.StartAsync(options => options with { Manifest = StorageManifest.Read() with { Scopes = [] } });
        var (status, json) = await PostAsync(scene, "get", new { key = "a" }, await TokenAsync(scene));
        status.ShouldBe(HttpStatusCode.Unauthorized);
        json!["message"]!.GetValue<string>().ShouldContain("storage:app");
        using var content = new StringContent("{}");
        using var response = await scene.Client.PostAsync("/kvs/api/v1/get", content);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_new_installation_begins_with_nothing()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        await PostAsync(scene, "set", new { key = "a", value = 1 }, token);
        await scene.PostAsync("/sites/acme/reinstall", new { productDelay = 30 });
        (await PostAsync(scene, "get", new { key = "a" }, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        token = await TokenAsync(scene);
        (await PostAsync(scene, "get", new { key = "a" }, token)).Status.ShouldBe(HttpStatusCode.Forbidden);
        scene.Clock.Advance(TimeSpan.FromSeconds(30));
        (await PostAsync(scene, "get", new { key = "a" }, token)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("set", """{"key":"","value":1}""", "KEY_TOO_SHORT")]
    [InlineData("entity/set", """{"entityName":"employee","key":"","value":{}}""", "EMPTY_KEY")]
    [InlineData("set", """{"key":"  ","value":1}""", "INVALID_KEY")]
    [InlineData("set", """{"key":"a\n","value":null}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a*","value":1}""", "INVALID_KEY")]
    [InlineData("set", """{"key":"a\u0085","value":1}""", "INVALID_KEY")]
    [InlineData("set", """{"key":"a"}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":7,"value":1}""", "BAD_REQUEST")]
    [InlineData("set", """["a"]""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":"\ud800"}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"ttl":{"value":0,"unit":"DAYS"}}}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"ttl":{"value":366,"unit":"DAYS"}}}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"ttl":{"value":1.5,"unit":"DAYS"}}}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"ttl":{"value":1,"unit":"WEEKS"}}}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"keyPolicy":"NEVER"}}""", "BAD_REQUEST")]
    [InlineData("set", """{"key":"a","value":1,"options":{"keyPolicy":"FAIL_IF_EXISTS","returnValue":"LATEST"}}""", "BAD_REQUEST")]
    [InlineData("entity/get", """{"key":"a"}""", "BAD_REQUEST")]
    [InlineData("entity/get", """{"entityName":"em","key":"a"}""", "ENTITY_TYPE_TOO_SHORT")]
    [InlineData("entity/get", """{"entityName":"0123456789012345678901234567890123456789012345678901234567890","key":"a"}""", "ENTITY_TYPE_TOO_LARGE")]
    [InlineData("entity/set", """{"entityName":"employee","key":"a","value":{"age":2147483648}}""", "INVALID_ENTITY_VALUE")]
    [InlineData("entity/set", """{"entityName":"employee","key":"a","value":{"age":1.5}}""", "INVALID_ENTITY_VALUE")]
    [InlineData("entity/set", """{"entityName":"employee","key":"a","value":{"surname":" "}}""", "INVALID_ENTITY_VALUE")]
    [InlineData("entity/set", """{"entityName":"employee","key":"a","value":{"active":"yes"}}""", "INVALID_ENTITY_VALUE")]
    [InlineData("query", """{"limit":0}""", "LIST_QUERY_LIMIT_EXCEEDED")]
    [InlineData("query", """{"where":[]}""", "QUERY_WHERE_INVALID")]
    [InlineData("query", """{"where":[{"property":"value","condition":"BEGINS_WITH","values":["a"]}]}""", "QUERY_WHERE_FIELD_INVALID")]
    [InlineData("query", """{"where":[{"property":"key","condition":"EQUAL_TO","values":["a"]}]}""", "INVALID_FILTER_CONDITION")]
    [InlineData("query", """{"where":[{"property":"key","condition":"BEGINS_WITH","values":["a","b"]}]}""", "INVALID_FILTER_VALUES")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","filters":{"and":[]}}""", "EMPTY_FILTER_OPERATOR")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","filters":{}}""", "EMPTY_FILTER_OPERATOR")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","filters":{"and":[],"or":[]}}""", "INVALID_FILTER_OPERATORS_COMBINATION")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","range":{"condition":"BETWEEN","values":[1]}}""", "INSUFFICIENT_FILTER_VALUES")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","range":{"condition":"CONTAINS","values":["a"]}}""", "INVALID_FILTER_CONDITION")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","sort":"UP"}""", "BAD_REQUEST")]
    [InlineData("entity/query", """{"entityName":"employee","indexName":"by-age","limit":101}""", "COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE")]
    [InlineData("transaction", """{"check":[{"key":"a","entityName":"employee"}]}""", "BAD_REQUEST")]
    [InlineData("transaction", """{"set":[{"key":"a","value":1,"conditions":{"and":[{"property":"x","condition":"EXISTS","values":[true]}]}}]}""", "BAD_REQUEST")]
    public async Task What_is_refused_has_the_platforms_code(string path, string body, string code)
    {
        await using var scene = await StorageManifest.StartAsync();
        var (status, json) = await SendAsync(scene, path, body, await TokenAsync(scene));
        (status, json!["code"]!.GetValue<string>()).ShouldBe((HttpStatusCode.BadRequest, code), json.ToJsonString());
        json["message"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Sizes_and_depths_are_limited()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        async Task<string> Code(string path, object body) => (await PostAsync(scene, path, body, token)).Json?["code"]?.GetValue<string>() ?? "";
        static object Nested(int depth) => depth is 1 ? Array.Empty<int>() : new[] { Nested(depth - 1) };
        const int KiB = 1024;
        (await Code("set", new { key = new string('k', 500), value = new string('x', (240 * KiB) - 2) })).ShouldBe("");
        (await Code("set", new { key = new string('k', 501), value = 1 })).ShouldBe("KEY_TOO_LONG");
        (await Code("set", new { key = "a", value = new string('x', (240 * KiB) - 1) })).ShouldBe("MAX_SIZE");
        (await Code("secret/set", new { key = "a", value = new string('x', (128 * KiB) - 2) })).ShouldBe("");
        (await Code("secret/set", new { key = "a", value = new string('x', (128 * KiB) - 1) })).ShouldBe("MAX_SIZE");
        (await Code("set", new { key = "a", value = Nested(31) })).ShouldBe("");
        (await Code("set", new { key = "a", value = Nested(32) })).ShouldBe("MAX_DEPTH");
        var large = Enumerable.Range(0, 20).Select(n => new { key = $"k{n}", value = new string('x', 220_000) }).ToArray();
        (await Code("batch/set", large)).ShouldBe("MAX_SIZE");
        (await Code("transaction", new { set = large })).ShouldBe("MAX_SIZE");
    }

    [Fact]
    public async Task What_has_expired_is_gone_everywhere_and_can_be_made_anew()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        var options = new { ttl = new { value = 10, unit = "SECONDS" }, keyPolicy = "FAIL_IF_EXISTS" };
        await PostAsync(scene, "set", new { key = "a", value = 1, options }, token);
        await PostAsync(scene, "set", new { key = "b", value = 1, options }, token);
        await PostAsync(scene, "set", new { key = "b", value = 2 }, token);
        (await PostAsync(scene, "set", new { key = "a", value = 1, options }, token)).Status.ShouldBe(HttpStatusCode.Conflict);
        scene.Clock.Advance(TimeSpan.FromSeconds(10));
        (await PostAsync(scene, "get", new { key = "a" }, token)).Status.ShouldBe(HttpStatusCode.NotFound);
        var left = (await PostAsync(scene, "query", new { }, token)).Json!["data"]!.AsArray().ShouldHaveSingleItem();
        left!["key"]!.GetValue<string>().ShouldBe("b");
        (await PostAsync(scene, "set", new { key = "a", value = 1, options }, token)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_cursor_goes_on_behind_what_was_deleted_and_is_of_its_query_alone()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        for (var i = 0; i < 4; i++)
        {
            await PostAsync(scene, "entity/set", new { entityName = "employee", key = $"e{i}", value = new { age = 10 } }, token);
        }

        JsonObject Query(string index, string? cursor) => new() { ["entityName"] = "employee", ["indexName"] = index, ["limit"] = 2, ["cursor"] = cursor };
        var first = (await PostAsync(scene, "entity/query", Query("by-age", null), token)).Json!;
        var cursor = first["cursor"]!.GetValue<string>();
        await PostAsync(scene, "entity/delete", new { entityName = "employee", key = "e1" }, token);
        var second = (await PostAsync(scene, "entity/query", Query("by-age", cursor), token)).Json!;
        second["data"]!.AsArray().Select(entry => entry!["key"]!.GetValue<string>()).ShouldBe(["e2", "e3"]);
        second["cursor"].ShouldBeNull();
        (await PostAsync(scene, "entity/query", Query("by-key", cursor), token)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Of_many_who_create_a_key_at_once_one_does()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(n =>
            PostAsync(scene, "set", new { key = "a", value = n, options = new { keyPolicy = "FAIL_IF_EXISTS" } }, token)));
        answers.Count(answer => answer.Status is HttpStatusCode.NoContent).ShouldBe(1);
        answers.Count(answer => answer.Status is HttpStatusCode.Conflict).ShouldBe(29);
    }

    [Fact]
    public async Task Another_route_or_method_is_forbidden_as_by_the_gateway()
    {
        await using var scene = await StorageManifest.StartAsync();
        var token = await TokenAsync(scene);
        (await PostAsync(scene, "list", new { }, token)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<string> TokenAsync(Scene scene, object? request = null) =>
        (await scene.MintAsync(request))["systemToken"]!.GetValue<string>();

    private static Task<(HttpStatusCode Status, JsonNode? Json)> PostAsync(Scene scene, string path, object body, string? token) =>
        SendAsync(scene, path, JsonSerializer.Serialize(body), token);

    private static async Task<(HttpStatusCode Status, JsonNode? Json)> SendAsync(Scene scene, string path, string body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/forge/storage/kvs/v1/{path}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await scene.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text is "" ? null : JsonNode.Parse(text));
    }
}
