using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Storage;

namespace ForgeOrleans.Api.Tests;

/// <summary>What is sent to Forge storage, member by member: what <c>@forge/kvs</c> 1.6.5 sends for the same.</summary>
public sealed class StorageWireTests
{
    private const string Stored = """{"key":"foo","value":"bar"}""";
    private const string Batched = """{"successfulKeys":[],"failedKeys":[]}""";
    private const string Paged = """{"data":[]}""";

    public sealed record Wire(string Name, string Path, string Body, bool IsRepeatable, string Answer, Func<ForgeStorage, Task> Act)
    {
        public override string ToString() => Name;
    }

    private static readonly Wire[] All =
    [
        new("get", "get", """{"key":"foo"}""", true, Stored, s => s.GetAsync<string>("foo")),
        new("get with metadata", "get", """{"key":"foo","options":{"metadataFields":["CREATED_AT","UPDATED_AT","EXPIRE_TIME"]}}""", true, Stored,
            s => s.GetEntryAsync<string>("foo")),
        new("get secret", "secret/get", """{"key":"foo"}""", true, Stored, s => s.Secrets.GetAsync<string>("foo")),
        new("get entity", "entity/get", """{"entityName":"employees","key":"foo"}""", true, Stored, s => s.Entity("employees").GetAsync<string>("foo")),
        new("set", "set", """{"key":"foo","value":"bar"}""", true, "", s => s.SetAsync("foo", "bar")),
        new("set a number", "set", """{"key":"foo","value":5}""", true, "", s => s.SetAsync("foo", 5)),
        new("set an object", "set", """{"key":"foo","value":{"firstName":"Ä","tags":["<b>"]}}""", true, "",
            s => s.SetAsync("foo", new { FirstName = "Ä", Tags = List("<b>") })),
        new("set with ttl", "set", """{"key":"foo","value":"bar","options":{"ttl":{"value":5,"unit":"MINUTES"}}}""", true, "",
            s => s.SetAsync("foo", "bar", TimeSpan.FromMinutes(5))),
        new("create", "set", """{"key":"foo","value":"bar","options":{"ttl":{"value":36,"unit":"HOURS"},"keyPolicy":"FAIL_IF_EXISTS"}}""", false, "",
            s => s.CreateAsync("foo", "bar", TimeSpan.FromHours(36))),
        new("exchange", "set", """{"key":"foo","value":"bar","options":{"keyPolicy":"OVERRIDE","returnValue":"PREVIOUS"}}""", false, Stored,
            s => s.ExchangeAsync("foo", "bar")),
        new("set and get", "set",
            """
            {"key":"foo","value":"bar","options":{"ttl":{"value":2,"unit":"DAYS"},"keyPolicy":"OVERRIDE","returnValue":"LATEST",
            "returnMetadataFields":["CREATED_AT","UPDATED_AT","EXPIRE_TIME"]}}
            """,
            false, Stored, s => s.SetAndGetAsync("foo", "bar", TimeSpan.FromDays(2))),
        new("set secret", "secret/set", """{"key":"foo","value":"bar"}""", true, "", s => s.Secrets.SetAsync("foo", "bar")),
        new("set entity", "entity/set", """{"entityName":"employees","key":"foo","value":{"name":"Jane"},"options":{"ttl":{"value":61,"unit":"SECONDS"}}}""", true, "",
            s => s.Entity("employees").SetAsync("foo", new { Name = "Jane" }, TimeSpan.FromSeconds(60.5))),
        new("delete", "delete", """{"key":"foo"}""", true, "", s => s.DeleteAsync("foo")),
        new("delete secret", "secret/delete", """{"key":"foo"}""", true, "", s => s.Secrets.DeleteAsync("foo")),
        new("delete entity", "entity/delete", """{"entityName":"employees","key":"foo"}""", true, "", s => s.Entity("employees").DeleteAsync("foo")),
        new("query", "query", """{"limit":100}""", true, Paged, s => s.GetPageAsync<string>()),
        new("query by prefix", "query",
            """{"limit":20,"after":"c1","where":[{"property":"key","condition":"BEGINS_WITH","values":["f"]}],"options":{"metadataFields":["EXPIRE_TIME"]}}""",
            true, Paged, s => s.GetPageAsync<string>(new() { KeyPrefix = "f", PageSize = 20, Cursor = "c1", Metadata = StorageMetadata.ExpiresAt })),
        new("query entities", "entity/query", """{"entityName":"employees","indexName":"by-key","limit":100}""", true, Paged,
            s => s.Entity("employees").GetPageAsync<string>(new(EntityQuery.ByKey))),
        new("query entities with everything", "entity/query",
            """
            {"entityName":"employees","indexName":"by-team","partition":["red",true,1],"range":{"condition":"BETWEEN","values":[20,30.5]},
            "sort":"DESC","cursor":"c1","limit":5,"options":{"metadataFields":["CREATED_AT"]},
            "filters":{"and":[{"property":"surname","condition":"BEGINS_WITH","values":["S"]},{"property":"extra","condition":"NOT_EXISTS","values":[true]}]}}
            """,
            true, Paged, s => s.Entity("employees").GetPageAsync<string>(new("by-team")
            {
                Partition = ["red", true, 1],
                Range = StorageCondition.Between(20, 30.5),
                Filter = StorageFilter.All(("surname", StorageCondition.BeginsWith("S")), ("extra", StorageCondition.NotExists())),
                Descending = true,
                Cursor = "c1",
                PageSize = 5,
                Metadata = StorageMetadata.CreatedAt,
            })),
        new("every condition of a filter", "entity/query",
            """
            {"entityName":"employees","indexName":"by-key","limit":100,"filters":{"or":[
            {"property":"a","condition":"EQUAL_TO","values":["x"]},{"property":"a","condition":"NOT_EQUAL_TO","values":[true]},
            {"property":"a","condition":"GREATER_THAN","values":[1]},{"property":"a","condition":"GREATER_THAN_EQUAL_TO","values":[1]},
            {"property":"a","condition":"LESS_THAN","values":[1]},{"property":"a","condition":"LESS_THAN_EQUAL_TO","values":[1]},
            {"property":"a","condition":"BETWEEN","values":["a","b"]},{"property":"a","condition":"BEGINS_WITH","values":["x"]},
            {"property":"a","condition":"CONTAINS","values":["x"]},{"property":"a","condition":"NOT_CONTAINS","values":["x"]},
            {"property":"a","condition":"EXISTS","values":[true]},{"property":"a","condition":"NOT_EXISTS","values":[true]}]}}
            """,
            true, Paged, s => s.Entity("employees").GetPageAsync<string>(new(EntityQuery.ByKey)
            {
                Filter = StorageFilter.Any(
                    ("a", StorageCondition.EqualTo("x")), ("a", StorageCondition.NotEqualTo(true)),
                    ("a", StorageCondition.GreaterThan(1)), ("a", StorageCondition.AtLeast(1)),
                    ("a", StorageCondition.LessThan(1)), ("a", StorageCondition.AtMost(1)),
                    ("a", StorageCondition.Between("a", "b")), ("a", StorageCondition.BeginsWith("x")),
                    ("a", StorageCondition.Contains("x")), ("a", StorageCondition.NotContains("x")),
                    ("a", StorageCondition.Exists()), ("a", StorageCondition.NotExists())),
            })),
        new("get batch", "batch/get", """[{"key":"foo","entityName":"employees"},{"key":"bar"}]""", true, Batched,
            s => s.GetBatchAsync<string>([new("foo", "employees"), "bar"])),
        new("get batch with metadata", "batch/get", """[{"key":"bar","options":{"metadataFields":["CREATED_AT","UPDATED_AT"]}}]""", true, Batched,
            s => s.GetBatchAsync<string>(["bar"], StorageMetadata.CreatedAt | StorageMetadata.UpdatedAt)),
        new("set batch", "batch/set",
            """[{"key":"foo","value":{"name":"Jane"},"entityName":"employees","options":{"ttl":{"value":1,"unit":"DAYS"}}},{"key":"bar","value":1}]""",
            true, Batched, s => s.SetBatchAsync([new(new("foo", "employees"), new { Name = "Jane" }) { TimeToLive = TimeSpan.FromDays(1) }, new("bar", 1)])),
        new("delete batch", "batch/delete", """[{"key":"foo"},{"key":"bar","entityName":"employees"}]""", true, Batched,
            s => s.DeleteBatchAsync(["foo", new("bar", "employees")])),
        new("transaction", "transaction", """{"set":[{"key":"a","value":1,"options":{"ttl":{"value":1,"unit":"SECONDS"}}}],"delete":[{"key":"b"}]}""", true, "",
            s => s.Transaction().Set("a", 1, timeToLive: TimeSpan.FromSeconds(1)).Delete("b").ExecuteAsync()),
        new("conditional transaction", "transaction",
            """
            {"set":[{"key":"a","value":{"age":1},"entityName":"employees","conditions":{"and":[{"property":"age","condition":"EQUAL_TO","values":[0]}]}}],
            "delete":[{"key":"b","entityName":"employees","conditions":{"or":[{"property":"age","condition":"EXISTS","values":[true]}]}}],
            "check":[{"key":"c","entityName":"employees","conditions":{"and":[{"property":"age","condition":"GREATER_THAN","values":[3]}]}}]}
            """,
            false, "", s => s.Transaction()
                .Set(new("a", "employees"), new { Age = 1 }, StorageFilter.All(("age", StorageCondition.EqualTo(0))))
                .Delete(new("b", "employees"), StorageFilter.Any(("age", StorageCondition.Exists())))
                .Check(new("c", "employees"), StorageFilter.All(("age", StorageCondition.GreaterThan(3))))
                .ExecuteAsync()),
    ];

    [Fact]
    public async Task Every_operation_sends_what_the_platforms_own_client_sends()
    {
        await using var scene = await StorageScene.StartAsync();
        foreach (var wire in All)
        {
            scene.Answers(wire.Answer is "" ? 204 : 200, wire.Answer is "" ? null : wire.Answer);
            await scene.RunAsync(wire.Act);
            scene.Sent.Method.ShouldBe("POST");
            scene.Sent.Target.ShouldBe($"/forge/storage/kvs/v1/{wire.Path}", wire.Name);
            JsonNode.DeepEquals(JsonNode.Parse(scene.Sent.Body), JsonNode.Parse(wire.Body)).ShouldBeTrue($"{wire.Name}: {scene.Sent.Body}");
            scene.Sent.Header("content-type").ShouldBe("application/json");
            scene.Sent.Header("authorization").ShouldBe($"Bearer {StorageScene.SystemToken}");
            scene.Repeatable.Last().ShouldBe(wire.IsRepeatable, wire.Name);
        }
    }

    [Fact]
    public async Task A_text_is_sent_with_no_more_escapes_than_JSON_needs()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(204);
        await scene.RunAsync(storage => storage.SetAsync("foo", "<Ä>&'+\"\\\n"));
        scene.Sent.Body.ShouldBe("""{"key":"foo","value":"<Ä>&'+\"\\\n"}""");
    }

    [Fact]
    public async Task Without_the_apps_token_nothing_is_sent_though_a_user_has_one()
    {
        await using var scene = await StorageScene.StartAsync();
        (await Should.ThrowAsync<TokenUnavailableException>(() => scene.RunAsync(storage => storage.GetAsync<string>("foo"), system: null)))
            .IsOfApp.ShouldBeTrue();
        scene.Remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_entry_is_read_with_its_times()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(200, """{"key":"foo","value":{"name":"Jane"},"createdAt":1718236800000,"updatedAt":1718236801000,"expireTime":"2025-01-12T13:00:00Z","new":1}""");
        await scene.RunAsync(async storage =>
        {
            var entry = (await storage.GetEntryAsync<JsonElement>("foo")).ShouldNotBeNull();
            entry.Key.ShouldBe("foo");
            entry.Value.GetProperty("name").GetString().ShouldBe("Jane");
            entry.CreatedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1718236800));
            entry.UpdatedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1718236801));
            entry.ExpiresAt.ShouldBe(new DateTimeOffset(2025, 1, 12, 13, 0, 0, TimeSpan.Zero));
        });
    }

    [Theory]
    [InlineData("KEY_NOT_FOUND")]
    [InlineData("NOT_FOUND")]
    public async Task What_is_absent_is_null(string code)
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(404, $$"""{"code":"{{code}}","message":"The specified key does not exist."}""");
        await scene.RunAsync(async storage =>
        {
            (await storage.GetAsync<string>("foo")).ShouldBeNull();
            (await storage.Secrets.GetAsync<int?>("foo")).ShouldBeNull();
            (await storage.Entity("employees").GetEntryAsync<string>("foo")).ShouldBeNull();
            await storage.DeleteAsync("foo");
        });
    }

    [Fact]
    public async Task All_pages_are_read_and_an_empty_one_is_not_the_end()
    {
        await using var scene = await StorageScene.StartAsync();
        string[] pages =
        [
            """{"data":[{"key":"a","value":1},{"key":"b","value":2}],"cursor":"c1"}""",
            """{"data":[],"cursor":"c2"}""",
            """{"data":[{"key":"c","value":3}],"cursor":"c3"}""",
            """{"data":[]}""",
        ];
        var next = 0;
        scene.Remote.Product.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, pages[next++]);
        await scene.RunAsync(async storage =>
        {
            var found = new List<int>();
            await foreach (var entry in storage.Entity("employees").QueryAsync<int>(new("by-age") { Cursor = "c0" }))
                found.Add(entry.Value);
            found.ShouldBe([1, 2, 3]);
        });
        scene.Remote.Product.Requests.Select(request => JsonNode.Parse(request.Body)!["cursor"]!.GetValue<string>()).ShouldBe(["c0", "c1", "c2", "c3"]);
    }

    [Fact]
    public async Task A_cursor_that_leads_nowhere_ends_the_reading()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(200, """{"data":[],"cursor":"same"}""");
        await scene.RunAsync(async storage =>
        {
            await Should.ThrowAsync<ForgeStorageException>(async () => await storage.QueryAsync<int>().ToListAsync());
        });
        scene.Remote.Product.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_tells_what_was_found_what_is_absent_and_what_failed()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(
            200,
            """
            {"successfulKeys":[{"key":"foo","value":"John","entityName":"employees","createdAt":1718236800000}],
             "failedKeys":[{"key":"baz","error":{"code":"KEY_NOT_FOUND","message":"Key does not exist"}},
                           {"key":"bar","entityName":"employees","error":{"code":"PERMISSION_DENIED","message":"Access denied"}}]}
            """);
        await scene.RunAsync(async storage =>
        {
            var got = await storage.GetBatchAsync<string>([new("foo", "employees"), "baz", new("bar", "employees")]);
            got.Entries.ShouldHaveSingleItem().Key.ShouldBe(new("foo", "employees"));
            got.Entries[0].Entry.ShouldBe(new("foo", "John") { CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1718236800) });
            got.Absent.ShouldBe([new("baz")]);
            got.Failed.ShouldBe([new(new("bar", "employees"), "PERMISSION_DENIED", "Access denied")]);
            Should.Throw<ForgeStorageException>(got.ThrowIfFailed).Error.ShouldBe("PERMISSION_DENIED");
            (await storage.DeleteBatchAsync(["x"])).Failed.Count.ShouldBe(2);
        });
    }

    private static T[] List<T>(params T[] items) => items;
}
