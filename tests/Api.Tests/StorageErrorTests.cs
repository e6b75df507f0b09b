using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>What Forge storage refuses is an exception that says what helps; what it would refuse is not sent.</summary>
public sealed class StorageErrorTests
{
    [Theory]
    [InlineData(400, "MAX_SIZE", typeof(ForgeStorageLimitException), 413)]
    [InlineData(400, "KEY_TOO_LONG", typeof(ForgeStorageLimitException), 400)]
    [InlineData(400, "COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE", typeof(ForgeStorageLimitException), 400)]
    [InlineData(413, "TOO_LARGE", typeof(ForgeStorageLimitException), 413)]
    [InlineData(400, "INVALID_ENTITY_INDEX", typeof(ForgeStorageRequestException), 500)]
    [InlineData(400, "WHATEVER_COMES_NEXT", typeof(ForgeStorageRequestException), 500)]
    [InlineData(404, "NO_SUCH_ROUTE", typeof(ForgeStorageRequestException), 500)]
    [InlineData(409, "KEY_ALREADY_EXISTS", typeof(ForgeStorageConflictException), 409)]
    [InlineData(400, "KEY_ALREADY_EXISTS", typeof(ForgeStorageConflictException), 409)]
    [InlineData(400, "CONDITIONAL_CHECK_FAILED", typeof(ForgeStorageConflictException), 409)]
    [InlineData(429, "RATE_LIMIT_EXCEEDED", typeof(ForgeStorageRateLimitException), 503)]
    [InlineData(400, "TOO_MANY_REQUESTS", typeof(ForgeStorageRateLimitException), 503)]
    [InlineData(401, "401", typeof(ForgeStorageAccessException), 502)]
    [InlineData(403, "FORBIDDEN", typeof(ForgeStorageAccessException), 502)]
    [InlineData(500, "INTERNAL_SERVER_ERROR", typeof(ForgeStorageException), 502)]
    public async Task Each_code_is_an_exception_of_its_kind(int status, string code, Type type, int answered)
    {
        await using var scene = await StorageScene.StartAsync(Settled);
        scene.Answers(status, code == "401" ? """{"code":401,"message":"so it is"}""" : $$"""{"code":"{{code}}","message":"so it is"}""", status == 429 ? "600" : null);
        var thrown = await Should.ThrowAsync<ForgeStorageException>(() => scene.RunAsync(storage => storage.CreateAsync("foo", 1)));
        thrown.ShouldBeOfType(type);
        (thrown.Error, thrown.Status, thrown.TraceId).ShouldBe((status == 413 ? "MAX_SIZE" : code, status, "trace-1"));
        thrown.Message.ShouldContain("so it is");
        using var response = await scene.AnswerAsync(storage => storage.CreateAsync("foo", 1));
        ((int)response.StatusCode).ShouldBe(answered);
    }

    [Theory]
    [InlineData(502, "<html>")]
    [InlineData(503, "")]
    [InlineData(404, "")]
    [InlineData(200, "no JSON")]
    [InlineData(200, "[]")]
    [InlineData(200, """{"value":1}""")]
    [InlineData(200, """{"key":"foo"}""")]
    [InlineData(500, """{"code":{"a":1},"message":["x"]}""")]
    public async Task What_is_no_answer_of_the_storage_is_told_as_such(int status, string body)
    {
        await using var scene = await StorageScene.StartAsync(Settled);
        scene.Answers(status, body);
        (await Should.ThrowAsync<ForgeStorageException>(() => scene.RunAsync(storage => storage.GetAsync<int>("foo")))).Error.ShouldBe("UNKNOWN_ERROR");
    }

    [Fact]
    public async Task A_refusal_says_how_long_to_wait()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(429, """{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down."}""", retryAfter: "600");
        (await Should.ThrowAsync<ForgeStorageRateLimitException>(() => scene.RunAsync(storage => storage.GetAsync<int>("foo"))))
            .RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task What_cannot_be_a_key_is_not_sent()
    {
        await using var scene = await StorageScene.StartAsync();
        foreach (var key in new[] { "", " ", "\t\ufeff", "a*b", "ä", "a/b", "a\u0085b", "a😀", "a\0", new('x', 501) })
            await RefusedAsync(scene, storage => storage.SetAsync(key, 1));
        await RefusedAsync(scene, storage => storage.Secrets.GetAsync<int>("a,b"));
        await RefusedAsync(scene, storage => storage.Entity("employee").DeleteAsync("a,b"));
        scene.Answers(204);
        foreach (var key in new[] { "a", "a b\tc\n", "Z:9._-#", "\u00a0\u3000x", new string('x', 500) })
            await scene.RunAsync(storage => storage.SetAsync(key, 1));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData(".abc")]
    [InlineData("-abc")]
    [InlineData("_abc")]
    [InlineData("a..b")]
    [InlineData("abc.")]
    [InlineData("Abc")]
    [InlineData("abc\n")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890")]
    public async Task What_cannot_be_an_entity_is_not_sent(string name)
    {
        await using var scene = await StorageScene.StartAsync();
        await RefusedAsync(scene, storage => storage.Entity(name).GetAsync<int>("a"));
        await RefusedAsync(scene, storage => storage.GetBatchAsync<int>([new("a", name)]));
    }

    [Fact]
    public async Task A_value_has_240_KiB_and_a_secret_128_counted_as_JavaScript_would_write_it()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(204);
        // With quotation marks, and as .NET escapes it 12 bytes each.
        var largest = string.Concat(Enumerable.Repeat("😀", (StorageLimits.LargestValue - 4) / 4)) + "xx";
        await scene.RunAsync(storage => storage.SetAsync("a", largest));
        await scene.RunAsync(storage => storage.SetAsync("a", new string('ü', (StorageLimits.LargestValue - 2) / 2)));
        await scene.RunAsync(storage => storage.Secrets.SetAsync("a", new string('x', StorageLimits.LargestSecret - 2)));
        var sent = scene.Remote.Product.Requests.Count;
        (await RefusedAsync(scene, storage => storage.SetAsync("a", largest + "x"), sent)).Code.ShouldBe(ForgeErrorCode.PayloadTooLarge);
        await RefusedAsync(scene, storage => storage.SetAsync("a", new string('\n', (StorageLimits.LargestValue / 2) + 1)), sent);
        await RefusedAsync(scene, storage => storage.Secrets.SetAsync("a", new string('x', StorageLimits.LargestSecret - 1)), sent);
    }

    [Fact]
    public async Task A_value_is_31_deep()
    {
        await using var scene = await StorageScene.StartAsync();
        scene.Answers(204);
        await scene.RunAsync(storage => storage.SetAsync("a", Nested(31)));
        foreach (var depth in new[] { 32, 100, 300 })
            (await RefusedAsync(scene, storage => storage.SetAsync("a", Nested(depth)), 1)).Error.ShouldBe("MAX_DEPTH");
    }

    [Fact]
    public async Task Numbers_of_operations_pages_and_times_have_their_limits()
    {
        await using var scene = await StorageScene.StartAsync();
        StorageKey[] keys = [.. Enumerable.Range(0, 26).Select(n => new StorageKey($"k{n}"))];
        await RefusedAsync(scene, storage => storage.GetBatchAsync<int>(keys));
        await RefusedAsync(scene, storage => storage.GetBatchAsync<int>([]));
        await RefusedAsync(scene, storage => storage.DeleteBatchAsync(["a", "a"]));
        await RefusedAsync(scene, storage => storage.SetBatchAsync([new("a", 1), new("a", 2)]));
        await RefusedAsync(scene, storage => storage.SetBatchAsync([.. keys.Take(20).Select(key => new StorageWrite(key, new string('x', 220_000)))]));
        await RefusedAsync(scene, storage => storage.Transaction().ExecuteAsync());
        await RefusedAsync(scene, storage => storage.Transaction().Set("a", 1).Delete("a").ExecuteAsync());
        await RefusedAsync(scene, storage => keys.Aggregate(storage.Transaction(), (all, key) => all.Delete(key)).ExecuteAsync());
        await RefusedAsync(scene, storage => storage.GetPageAsync<int>(new() { PageSize = 101 }));
        await RefusedAsync(scene, storage => storage.Entity("employee").GetPageAsync<int>(new("by-key") { PageSize = 0 }));
        await RefusedAsync(scene, storage => storage.SetAsync("a", 1, TimeSpan.Zero));
        await RefusedAsync(scene, storage => storage.SetAsync("a", 1, TimeSpan.FromDays(365) + TimeSpan.FromTicks(1)));
        await RefusedAsync(scene, storage => storage.Entity("employee").SetAsync("a", "no object"));
        await RefusedAsync(scene, storage => storage.SetAsync("a", System.Text.Json.JsonDocument.Parse("null")));
        scene.Answers(204);
        await scene.RunAsync(storage => storage.SetAsync("a", 1, TimeSpan.FromDays(365)));
    }

    [Fact]
    public async Task Conditions_that_make_no_sense_are_not_sent()
    {
        await using var scene = await StorageScene.StartAsync();
        var filter = StorageFilter.All(("age", StorageCondition.EqualTo(1)));
        await scene.RunAsync(async storage =>
        {
            Should.Throw<ArgumentException>(() => storage.Transaction().Set("plain", 1, filter));
            Should.Throw<ArgumentException>(() => storage.Transaction().Check("plain", filter));
            await Should.ThrowAsync<ArgumentException>(() => storage.Entity("employee").GetPageAsync<int>(new("by-age") { Range = StorageCondition.Contains("x") }));
            await Should.ThrowAsync<ArgumentNullException>(() => storage.SetAsync<string?>("a", null));
        });
        Should.Throw<ArgumentException>(() => StorageFilter.All());
        Should.Throw<ArgumentException>(() => StorageCondition.GreaterThan(true));
        scene.Remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Absent_keys_do_not_make_a_site_look_uninstalled()
    {
        await using var scene = await StorageScene.StartAsync(Settled);
        scene.Answers(404, """{"code":"KEY_NOT_FOUND","message":"no"}""");
        for (var i = 0; i < 5; i++)
            await scene.RunAsync(storage => storage.GetAsync<int>("foo"));
        var life = await scene.Remote.Services.GetRequiredService<IActors>().Get<IInstallationActor>(Fit.Site).DescribeLifeAsync(new());
        life.ShouldNotBeNull().RefusedSince.ShouldBeNull();
    }

    private static Dictionary<string, string?> Settled => new() { ["Forge:Lifecycle:InstallGrace"] = "00:00:00" };

    private static async Task<ForgeStorageException> RefusedAsync(StorageScene scene, Func<ForgeStorage, Task> act, int sent = 0)
    {
        var refusal = await Should.ThrowAsync<ForgeStorageLimitException>(() => scene.RunAsync(act));
        refusal.Status.ShouldBeNull();
        scene.Remote.Product.Requests.Count.ShouldBe(sent);
        return refusal;
    }

    private static object Nested(int depth) => depth == 1 ? Array.Empty<int>() : new[] { Nested(depth - 1) };
}
