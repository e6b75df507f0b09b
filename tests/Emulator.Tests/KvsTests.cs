using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>The real <c>@forge/kvs</c> against the emulator's storage: every method that it has.</summary>
public class KvsTests
{
    private static readonly string[] AllMetadata = ["CREATED_AT", "UPDATED_AT", "EXPIRE_TIME"];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [NpmFact]
    public async Task Values_are_set_got_and_deleted()
    {
        await using var scene = await StorageManifest.StartAsync();
        var outcomes = await RunAsync(
            scene,
            Call("get", "greeting"),
            Call("set", "greeting", new { text = "Grüße 😀", list = List<object>(1, 2.5, true, "x") }),
            Call("get", "greeting"),
            Call("set", "greeting", 7),
            Call("get", "greeting"),
            Call("delete", "greeting"),
            Call("delete", "greeting"),
            Call("get", "greeting"));
        Resolved(outcomes).ShouldBe(["null", "null", """{"text":"Grüße \uD83D\uDE00","list":[1,2.5,true,"x"]}""", "null", "7", "null", "null", "null"]);
    }

    [NpmFact]
    public async Task Metadata_comes_where_it_is_asked_for()
    {
        await using var scene = await StorageManifest.StartAsync();
        var now = scene.Clock.GetUtcNow();
        var outcomes = await RunAsync(
            scene,
            Call("set", "a", "1", new { ttl = new { value = 5, unit = "MINUTES" } }),
            Call("get", "a", new { metadataFields = AllMetadata }),
            Call("get", "a", new { metadataFields = Array.Empty<string>() }),
            Call("get", "a", new { metadataFields = List("COLOUR") }));
        var entry = outcomes[1]!["resolved"]!;
        entry["createdAt"]!.GetValue<long>().ShouldBe(now.ToUnixTimeMilliseconds());
        entry["updatedAt"]!.GetValue<long>().ShouldBe(now.ToUnixTimeMilliseconds());
        entry["expireTime"]!.GetValue<string>().ShouldBe("2026-03-02T09:05:00Z");
        outcomes[2]!["resolved"]!.ToJsonString().ShouldBe("""{"key":"a","value":"1"}""");
        Rejected(outcomes[3]!).ShouldBe((400, "BAD_REQUEST"));
    }

    [NpmFact]
    public async Task A_set_keeps_to_its_key_policy_and_returns_what_it_is_asked_for()
    {
        await using var scene = await StorageManifest.StartAsync();
        object Override(string returnValue) => new { keyPolicy = "OVERRIDE", returnValue, returnMetadataFields = List("CREATED_AT") };
        var created = scene.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var first = await RunAsync(
            scene,
            Call("set", "a", 1, Override("PREVIOUS")),
            Call("set", "a", 2, Override("PREVIOUS")),
            Call("set", "a", 3, new { keyPolicy = "FAIL_IF_EXISTS" }),
            Call("get", "a"),
            Call("set", "b", 1, new { keyPolicy = "FAIL_IF_EXISTS" }));
        Resolved(first[0]!).ShouldBe("null");
        Resolved(first[1]!).ShouldBe($$"""{"key":"a","value":1,"createdAt":{{created}}}""");
        Rejected(first[2]!).ShouldBe((409, "KEY_ALREADY_EXISTS"));
        Resolved(first[3]!).ShouldBe("2");
        Resolved(first[4]!).ShouldBe("null");
        scene.Clock.Advance(TimeSpan.FromHours(1));
        var later = await RunAsync(scene, Call("set", "a", 4, Override("LATEST")));
        Resolved(later[0]!).ShouldBe($$"""{"key":"a","value":4,"createdAt":{{created}}}""");
    }

    [NpmFact]
    public async Task Secrets_are_a_world_of_their_own()
    {
        await using var scene = await StorageManifest.StartAsync();
        var outcomes = await RunAsync(
            scene,
            Call("setSecret", "key", "s3cret"),
            Call("get", "key"),
            Call("getSecret", "key"),
            Call("getSecret", "key", new { metadataFields = List("EXPIRE_TIME") }),
            [scene.Acme.Id, Step("query"), Step("getMany")],
            Call("setSecret", "key", "new", new { keyPolicy = "OVERRIDE", returnValue = "PREVIOUS" }),
            Call("setSecret", "key", "newer", new { keyPolicy = "FAIL_IF_EXISTS" }),
            Call("deleteSecret", "key"),
            Call("getSecret", "key"));
        Resolved(outcomes[1]!).ShouldBe("null");
        Resolved(outcomes[2]!).ShouldBe("\"s3cret\"");
        Resolved(outcomes[3]!).ShouldBe("""{"key":"key","value":"s3cret"}""");
        Resolved(outcomes[4]!).ShouldBe("""{"results":[]}""");
        Resolved(outcomes[5]!).ShouldBe("""{"key":"key","value":"s3cret"}""");
        Rejected(outcomes[6]!).ShouldBe((409, "KEY_ALREADY_EXISTS"));
        Resolved(outcomes[8]!).ShouldBe("null");
    }

    [NpmFact]
    public async Task Keys_are_found_by_their_beginning_page_by_page()
    {
        await using var scene = await StorageManifest.StartAsync();
        await RunAsync(scene, [.. Enumerable.Range(1, 12).Select(n => Call("set", $"task#{n:00}", n)), Call("set", "other", 0)]);
        var prefix = new { condition = "BEGINS_WITH", values = List("task#") };
        var first = (await RunAsync(scene, [scene.Acme.Id, Step("query"), Step("where", "key", prefix), Step("getMany")]))[0]!["resolved"]!;
        Keys(first).ShouldBe(Enumerable.Range(1, 10).Select(n => $"task#{n:00}"));
        var rest = await RunAsync(
            scene,
            [scene.Acme.Id, Step("query"), Step("where", "key", prefix), Step("cursor", first["nextCursor"]!.GetValue<string>()), Step("getMany")],
            [scene.Acme.Id, Step("query"), Step("where", "key", prefix), Step("getOne")],
            [scene.Acme.Id, Step("query", new { metadataFields = List("CREATED_AT") }), Step("limit", 1), Step("getMany")],
            [scene.Acme.Id, Step("query"), Step("limit", 101), Step("getMany")],
            [scene.Acme.Id, Step("query"), Step("cursor", "nonsense"), Step("getMany")]);
        Keys(rest[0]!["resolved"]!).ShouldBe(["task#11", "task#12"]);
        rest[0]!["resolved"]!["nextCursor"].ShouldBeNull();
        Resolved(rest[1]!).ShouldBe("""{"key":"task#01","value":1}""");
        rest[2]!["resolved"]!["results"]![0]!["createdAt"].ShouldNotBeNull();
        Rejected(rest[3]!).ShouldBe((400, "LIST_QUERY_LIMIT_EXCEEDED"));
        Rejected(rest[4]!).ShouldBe((400, "BAD_REQUEST"));
    }

    [NpmFact]
    public async Task Entities_are_kept_by_name_and_by_key()
    {
        await using var scene = await StorageManifest.StartAsync();
        object[] Entity(string name, params object[] step) => [scene.Acme.Id, Step("entity", name), step];
        var outcomes = await RunAsync(
            scene,
            Entity("employee", Step("set", "1", new { surname = "Davis", age = 30 })),
            Entity("employee", Step("get", "1")),
            Entity("department", Step("get", "1")),
            Call("get", "1"),
            Entity("employee", Step("set", "1", new { surname = "Davis", age = "thirty" })),
            Entity("employee", Step("set", "1", "text")),
            Entity("stranger", Step("get", "1")),
            Entity("employee", Step("set", "1", new { age = 31 }, new { keyPolicy = "OVERRIDE", returnValue = "LATEST" })),
            Entity("employee", Step("delete", "1")),
            Entity("employee", Step("get", "1")));
        Resolved(outcomes[1]!).ShouldBe("""{"surname":"Davis","age":30}""");
        Resolved(outcomes[2]!).ShouldBe("null");
        Resolved(outcomes[3]!).ShouldBe("null");
        Rejected(outcomes[4]!).ShouldBe((400, "INVALID_ENTITY_VALUE"));
        Rejected(outcomes[5]!).ShouldBe((400, "INVALID_ENTITY_VALUE"));
        Rejected(outcomes[6]!).ShouldBe((400, "INVALID_ENTITY_TYPE"));
        Resolved(outcomes[7]!).ShouldBe("""{"key":"1","value":{"age":31}}""");
        Resolved(outcomes[9]!).ShouldBe("null");
    }

    [NpmFact]
    public async Task Entities_are_found_by_their_indexes()
    {
        await using var scene = await StorageManifest.StartAsync();
        await StaffAsync(scene);
        var outcomes = await RunAsync(
            scene,
            Query("by-key"),
            Query("by-key", Where("beginsWith", "e")),
            Query("by-age"),
            Query("by-age", Step("sort", "DESC")),
            Query("by-age", Where("greaterThan", 30)),
            Query("by-age", Where("greaterThanEqualTo", 30)),
            Query("by-age", Where("lessThan", 30)),
            Query("by-age", Where("lessThanEqualTo", 30)),
            Query("by-age", Where("between", 25, 35)),
            Query("by-age", Where("equalTo", 41)),
            Query("surname", Where("beginsWith", "S")),
            [scene.Acme.Id, Step("entity", "employee"), Step("query"), Step("index", "by-team", new { partition = List<object>("red", true) }), Step("getMany")],
            [scene.Acme.Id, Step("entity", "employee"), Step("query"), Step("index", "by-team", new { partition = List<object>("red") }), Step("getMany")],
            Query("by-shoe"),
            Query("by-age", Step("limit", 0)));
        Keys(outcomes).ShouldBe(
        [
            "a b c d e", "e", "d b a e c", "c e a b d", "e c", "a e c", "d b", "d b a", "b a", "c", "b a",
            "b a",
            "400 INVALID_ENTITY_INDEX", "400 INVALID_ENTITY_INDEX", "400 COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE",
        ]);
    }

    [NpmFact]
    public async Task Filters_know_every_condition()
    {
        await using var scene = await StorageManifest.StartAsync();
        await StaffAsync(scene);
        var outcomes = await RunAsync(
            scene,
            Query("by-key", Filters(["and", "surname", "beginsWith", "S"])),
            Query("by-key", Filters(["and", "rating", "between", 1, 2.5])),
            Query("by-key", Filters(["and", "surname", "contains", "it"])),
            Query("by-key", Filters(["and", "extra", "contains", "tall"])),
            Query("by-key", Filters(["and", "surname", "notContains", "it"])),
            Query("by-key", Filters(["and", "active", "equalTo", true])),
            Query("by-key", Filters(["and", "team", "notEqualTo", "red"])),
            Query("by-key", Filters(["and", "extra", "exists"])),
            Query("by-key", Filters(["and", "extra", "notExists"])),
            Query("by-key", Filters(["and", "age", "greaterThan", 36])),
            Query("by-key", Filters(["and", "age", "greaterThanEqualTo", 36])),
            Query("by-key", Filters(["and", "age", "lessThan", 25])),
            Query("by-key", Filters(["and", "age", "lessThanEqualTo", 25])),
            Query("by-key", Filters(["and", "team", "equalTo", "red"], ["and", "age", "greaterThan", 25])),
            Query("by-key", Filters(["or", "age", "equalTo", 41], ["or", "surname", "equalTo", "Smith"])));
        Keys(outcomes).ShouldBe(["a b", "a b", "a d", "a", "b c e", "a b", "d e", "a b", "c d e", "c", "c e", "d", "b d", "a c", "a c"]);
    }

    [NpmFact]
    public async Task A_filtered_page_may_be_empty_and_still_have_a_cursor()
    {
        await using var scene = await StorageManifest.StartAsync();
        await StaffAsync(scene);
        object[] Page(params object[] more) =>
            [scene.Acme.Id, Step("entity", "employee"), Step("query"), Step("index", "by-age"), Filters(["and", "age", "equalTo", 41]), Step("limit", 2), .. more, Step("getMany")];
        var (pages, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await RunAsync(scene, cursor is null ? Page() : Page([Step("cursor", cursor)])))[0]!["resolved"]!;
            pages.Add(string.Join(' ', Keys(page)));
            cursor = page["nextCursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        pages.ShouldBe(["", "", "c"]);
    }

    [NpmFact]
    public async Task A_batch_succeeds_and_fails_item_by_item()
    {
        await using var scene = await StorageManifest.StartAsync();
        var items = new object[] { new { key = "a", value = 1 }, new { key = "1", entityName = "employee", value = new { age = 3 }, options = new { ttl = new { value = 1, unit = "DAYS" } } } };
        var outcomes = await RunAsync(
            scene,
            Call("batchSet", (object)items),
            Call("batchSet", (object)new object[] { new { key = "*", value = 1 }, new { key = "c", value = 1 }, new { key = "2", entityName = "employee", value = new { age = "x" } } }),
            Call("batchGet", (object)new object[] { new { key = "a" }, new { key = "1", entityName = "employee" }, new { key = "1" } }),
            Call("batchGet", (object)new object[] { new { key = "1", entityName = "employee", options = new { metadataFields = List("EXPIRE_TIME") } } }),
            Call("batchDelete", (object)new object[] { new { key = "a" }, new { key = "never" } }),
            Call("get", "a"),
            Call("batchSet", (object)new object[] { new { key = "a", value = 1 }, new { key = "a", value = 2 } }),
            Call("batchSet", (object)Array.Empty<object>()),
            Call("batchSet", (object)Enumerable.Range(1, 26).Select(n => new { key = $"k{n}", value = n }).ToArray()));
        Resolved(outcomes[0]!).ShouldBe("""{"successfulKeys":[{"key":"a"},{"key":"1","entityName":"employee"}],"failedKeys":[]}""");
        var mixed = outcomes[1]!["resolved"]!;
        mixed["successfulKeys"]!.ToJsonString().ShouldBe("""[{"key":"c"}]""");
        mixed["failedKeys"]!.AsArray().Select(failure => failure!["error"]!["code"]!.GetValue<string>()).ShouldBe(["INVALID_KEY", "INVALID_ENTITY_VALUE"]);
        var got = outcomes[2]!["resolved"]!;
        got["successfulKeys"]!.ToJsonString().ShouldBe("""[{"key":"a","value":1},{"key":"1","value":{"age":3},"entityName":"employee"}]""");
        got["failedKeys"]![0]!["error"]!["code"]!.GetValue<string>().ShouldBe("KEY_NOT_FOUND");
        outcomes[3]!["resolved"]!["successfulKeys"]![0]!["expireTime"]!.GetValue<string>().ShouldBe("2026-03-03T09:00:00Z");
        Resolved(outcomes[4]!).ShouldBe("""{"successfulKeys":[{"key":"a"},{"key":"never"}],"failedKeys":[]}""");
        Resolved(outcomes[5]!).ShouldBe("null");
        foreach (var refused in outcomes.Skip(6))
        {
            Rejected(refused!).ShouldBe((400, "BAD_REQUEST"));
        }
    }

    [NpmFact]
    public async Task A_transaction_happens_as_a_whole_or_not_at_all()
    {
        await using var scene = await StorageManifest.StartAsync();
        await StaffAsync(scene);
        object[] Transact(params object[][] steps) => [scene.Acme.Id, Step("transact"), .. steps, Step("execute")];
        object If(params object[] condition) => new { entityName = "employee", conditions = new Dictionary<string, object> { ["$filter"] = new object[] { condition } } };
        var outcomes = await RunAsync(
            scene,
            Transact(
                Step("set", "plain", 1, null!, new { ttl = new { value = 1, unit = "HOURS" } }),
                Step("set", "a", new { age = 99 }, If("and", "age", "equalTo", 30)),
                Step("delete", "b", new { entityName = "employee" }),
                Step("check", "c", If("or", "age", "greaterThan", 40))),
            Call("get", "plain", new { metadataFields = List("EXPIRE_TIME") }),
            Query("by-age"),
            Transact(Step("set", "plain", 2), Step("delete", "d", If("and", "age", "equalTo", 1))),
            Call("get", "plain"),
            Transact(Step("set", "f", new { age = 1 }, If("and", "age", "notExists"))),
            Transact(Step("set", "f", new { age = 2 }, If("and", "age", "notExists"))),
            Transact(Step("check", "nobody", If("and", "age", "exists"))),
            Transact(Step("set", "x", 1), Step("delete", "x")),
            Transact(),
            Transact([.. Enumerable.Range(1, 26).Select(n => Step("set", $"k{n}", n))]));
        Resolved(outcomes[0]!).ShouldBe("null");
        Resolved(outcomes[1]!).ShouldBe("""{"key":"plain","value":1,"expireTime":"2026-03-02T10:00:00Z"}""");
        string.Join(' ', Keys(outcomes[2]!["resolved"]!)).ShouldBe("d e c a");
        Rejected(outcomes[3]!).ShouldBe((409, "CONDITION_FAILED"));
        Resolved(outcomes[4]!).ShouldBe("1");
        Resolved(outcomes[5]!).ShouldBe("null");
        Rejected(outcomes[6]!).ShouldBe((409, "CONDITION_FAILED"));
        Rejected(outcomes[7]!).ShouldBe((409, "CONDITION_FAILED"));
        foreach (var refused in outcomes.Skip(8))
        {
            Rejected(refused!).ShouldBe((400, "BAD_REQUEST"));
        }
    }

    [NpmFact]
    public async Task Sites_do_not_see_each_others_data()
    {
        await using var scene = await StorageManifest.StartAsync();
        var outcomes = await RunAsync(scene, Call("set", "a", 1), [scene.Globex.Id, Step("get", "a")], [scene.Acme.Id, Step("get", "a")]);
        Resolved(outcomes[1]!).ShouldBe("null");
        Resolved(outcomes[2]!).ShouldBe("1");
    }

    private static Task<JsonArray> StaffAsync(Scene scene)
    {
        object[] Employee(string key, object value) => [scene.Acme.Id, Step("entity", "employee"), Step("set", key, value)];
        return RunAsync(
            scene,
            Employee("a", new { surname = "Smith", age = 30, rating = 2.5, active = true, team = "red", extra = List("tall") }),
            Employee("b", new { surname = "Scott", age = 25, rating = 1, active = true, team = "red", extra = new { shoe = 43 } }),
            Employee("c", new { surname = "Davis", age = 41, rating = 3, active = false, team = "red" }),
            Employee("d", new { surname = "Whiting", age = 22, rating = 4, active = false, team = "blue" }),
            Employee("e", new { surname = "Berg", age = 36 }));
    }

    private static T[] List<T>(params T[] items) => items;

    private static object[] Step(string method, params object?[] arguments) => [method, .. arguments!];

    private static object[] Call(string method, params object[] arguments) => ["acme", Step(method, arguments)];

    private static object[] Where(params object[] condition) => Step("where", new Dictionary<string, object> { ["$where"] = condition });

    private static object[] Filters(params object[][] conditions) => Step("filters", new Dictionary<string, object> { ["$filter"] = conditions });

    private static object[] Query(string index, params object[] step) =>
        ["acme", Step("entity", "employee"), Step("query"), Step("index", index), .. step is [] ? [] : new object[] { step }, Step("getMany")];

    private static Task<JsonArray> RunAsync(Scene scene, params IEnumerable<object[]> calls) => NpmClients.CallAsync("kvs.mjs", scene.Emulator, calls);

    private static IEnumerable<string> Keys(JsonNode page) => page["results"]!.AsArray().Select(entry => entry!["key"]!.GetValue<string>());

    private static string[] Keys(JsonArray outcomes) =>
        [.. outcomes.Select(outcome => outcome!["resolved"] is { } page ? string.Join(' ', Keys(page)) : $"{Rejected(outcome).Status} {Rejected(outcome).Code}")];

    private static string Resolved(JsonNode outcome)
    {
        outcome["rejected"].ShouldBeNull();
        return outcome["resolved"]?.ToJsonString(Relaxed) ?? "null";
    }

    private static string[] Resolved(JsonArray outcomes) => [.. outcomes.Select(outcome => Resolved(outcome!))];

    private static (int Status, string Code) Rejected(JsonNode outcome)
    {
        var error = outcome["rejected"].ShouldNotBeNull(outcome.ToJsonString());
        error["name"]!.GetValue<string>().ShouldBe("ForgeKvsError");
        return (error["status"]!.GetValue<int>(), error["code"]!.GetValue<string>());
    }
}
