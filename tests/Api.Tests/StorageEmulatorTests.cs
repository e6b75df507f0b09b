using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Emulator;
using ForgeOrleans.Manifest;
using ForgeOrleans.ProductApis.Storage;

namespace ForgeOrleans.Api.Tests;

/// <summary>The storage client and the emulator's storage, which were written from the same contract and share no code.</summary>
public sealed class StorageEmulatorTests : IAsyncLifetime
{
    private const string AppManifestText = $$"""
        app:
          id: {{Fit.AppId}}
          storage:
            entities:
              - name: employee
                attributes:
                  surname: { type: string }
                  age: { type: integer }
                  team: { type: string }
                indexes:
                  - name: by-age
                    range: [age]
                  - name: by-team
                    partition: [team]
                    range: [age]
        remotes:
          - key: backend
            baseUrl: https://backend.example.com
            operations: [compute]
            auth:
              appSystemToken: { enabled: true }
        permissions:
          scopes: [storage:app, read:app-system-token]
        """;

    private readonly FakeClock _clock = new();
    private EmulatorHost _emulator = null!;
    private StorageScene _scene = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _emulator = await EmulatorHost.StartAsync(new EmulatorOptions { Manifest = AppManifest.Parse(AppManifestText), Clock = _clock });
        var origin = _emulator.Url.GetLeftPart(UriPartial.Authority);
        _scene = await StorageScene.StartAsync(new()
        {
            ["Forge:ProductApi:AllowedOrigins:0"] = origin,
            ["Forge:ProductApi:GatewayUrl"] = origin,
            ["Forge:Lifecycle:InstallGrace"] = "00:00:00",
        });
        using var client = new HttpClient { BaseAddress = _emulator.Url };
        using var minted = await client.PostAsJsonAsync("/mint", new { });
        _token = (await minted.Content.ReadFromJsonAsync<JsonNode>())!["systemToken"]!.GetValue<string>();
    }

    public async Task DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public Task Values_are_kept_until_they_expire() => RunAsync(async storage =>
    {
        (await storage.GetAsync<Employee>("a")).ShouldBeNull();
        await storage.SetAsync("a", new Employee("Ä😀", 30), TimeSpan.FromMinutes(1));
        (await storage.GetAsync<Employee>("a")).ShouldBe(new("Ä😀", 30));
        var entry = (await storage.GetEntryAsync<Employee>("a")).ShouldNotBeNull();
        (entry.CreatedAt, entry.UpdatedAt, entry.ExpiresAt).ShouldBe((_clock.GetUtcNow(), _clock.GetUtcNow(), _clock.GetUtcNow() + TimeSpan.FromMinutes(1)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        (await storage.GetAsync<Employee>("a")).ShouldBeNull();
        (await storage.QueryAsync<Employee>().ToListAsync()).ShouldBeEmpty();
        await storage.DeleteAsync("a");
    });

    [Fact]
    public Task Of_two_who_create_a_key_one_does() => RunAsync(async storage =>
    {
        await storage.CreateAsync("a", 1);
        (await Should.ThrowAsync<ForgeStorageConflictException>(() => storage.CreateAsync("a", 2))).Status.ShouldBe(409);
        (await storage.ExchangeAsync("a", 3)).ShouldBe(new("a", 1));
        (await storage.ExchangeAsync("b", 3)).ShouldBeNull();
        var created = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await storage.SetAndGetAsync("a", 4)).ShouldBe(new("a", 4) { CreatedAt = created, UpdatedAt = _clock.GetUtcNow() });
    });

    [Fact]
    public Task Secrets_are_in_no_query() => RunAsync(async storage =>
    {
        await storage.Secrets.SetAsync("a", "s3cret");
        (await storage.Secrets.GetAsync<string>("a")).ShouldBe("s3cret");
        (await storage.GetAsync<string>("a")).ShouldBeNull();
        (await storage.QueryAsync<string>().ToListAsync()).ShouldBeEmpty();
        await storage.Secrets.DeleteAsync("a");
        (await storage.Secrets.GetAsync<string>("a")).ShouldBeNull();
    });

    [Fact]
    public Task All_of_many_keys_are_found_by_their_beginning() => RunAsync(async storage =>
    {
        for (var first = 0; first < 250; first += 25)
            (await storage.SetBatchAsync([.. Enumerable.Range(first, 25).Select(n => new StorageWrite($"t#{n:000}", n))])).ThrowIfFailed();
        await storage.SetAsync("u", -1);
        var found = await storage.QueryAsync<int>(new() { KeyPrefix = "t#" }).ToListAsync();
        found.Select(entry => entry.Value).ShouldBe(Enumerable.Range(0, 250));
        (await storage.QueryAsync<int>(new() { PageSize = 7 }).CountAsync()).ShouldBe(251);
        (await storage.DeleteBatchAsync(["t#000", "t#001"])).Succeeded.Count.ShouldBe(2);
        var batch = await storage.GetBatchAsync<int>(["t#001", "t#002", "u"]);
        batch.Entries.Select(item => item.Entry.Value).ShouldBe([2, -1]);
        batch.Absent.ShouldBe([new("t#001")]);
    });

    [Fact]
    public Task Entities_are_found_by_index_partition_range_and_filter() => RunAsync(async storage =>
    {
        var employees = storage.Entity("employee");
        for (var i = 0; i < 60; i++)
            await employees.SetAsync($"e{i:00}", new Employee(i % 2 == 0 ? "Smith" : "Berg", i, i % 3 == 0 ? "red" : "blue"));
        var found = await employees.QueryAsync<Employee>(new("by-team")
        {
            Partition = ["red"],
            Range = StorageCondition.AtLeast(20),
            Filter = StorageFilter.All(("surname", StorageCondition.EqualTo("Smith"))),
            Descending = true,
            PageSize = 3,
        }).ToListAsync();
        found.Select(entry => entry.Value.Age).ShouldBe([54, 48, 42, 36, 30, 24]);
        (await employees.QueryAsync<Employee>(new("by-age") { Range = StorageCondition.Between(3, 5) }).ToListAsync()).Count.ShouldBe(3);
        (await employees.QueryAsync<Employee>(new(EntityQuery.ByKey) { Range = StorageCondition.BeginsWith("e1") }).ToListAsync()).Count.ShouldBe(10);
        (await Should.ThrowAsync<ForgeStorageRequestException>(() => employees.GetPageAsync<Employee>(new("by-shoe")))).Error.ShouldBe("INVALID_ENTITY_INDEX");
        await Should.ThrowAsync<ForgeStorageRequestException>(() => storage.Entity("stranger").GetAsync<Employee>("a"));
        await Should.ThrowAsync<ForgeStorageRequestException>(() => employees.SetAsync("a", new { age = "old" }));
    });

    [Fact]
    public Task A_transaction_changes_all_or_nothing() => RunAsync(async storage =>
    {
        var employees = storage.Entity("employee");
        StorageKey ada = new("ada", "employee");
        var isNew = StorageFilter.All(("age", StorageCondition.NotExists()));
        await storage.Transaction().Set(ada, new Employee("Lovelace", 36), isNew).Set("count", 1).ExecuteAsync();
        await Should.ThrowAsync<ForgeStorageConflictException>(
            () => storage.Transaction().Set("count", 2).Set(ada, new Employee("Byron", 1), isNew).ExecuteAsync());
        (await storage.GetAsync<int>("count")).ShouldBe(1);
        await storage.Transaction().Check(ada, StorageFilter.Any(("age", StorageCondition.EqualTo(36)))).Delete("count").ExecuteAsync();
        (await storage.GetAsync<int?>("count")).ShouldBeNull();
        (await employees.GetAsync<Employee>("ada"))!.Surname.ShouldBe("Lovelace");
    });

    [Fact]
    public Task The_largest_that_the_client_sends_the_platform_takes() => RunAsync(async storage =>
    {
        var largest = string.Concat(Enumerable.Repeat("😀", (StorageLimits.LargestValue - 4) / 4)) + "xx";
        await storage.SetAsync(new('k', StorageLimits.LongestKey), largest, StorageLimits.LongestTimeToLive);
        (await storage.GetAsync<string>(new('k', StorageLimits.LongestKey))).ShouldBe(largest);
        await storage.Secrets.SetAsync("s", new string('\n', (StorageLimits.LargestSecret - 2) / 2));
        object deep = Array.Empty<int>();
        for (var depth = 1; depth < StorageLimits.DeepestValue; depth++)
            deep = new[] { deep };
        await storage.SetAsync(" a\u00a0\ufeff#-", deep);
    });

    [Fact]
    public async Task Without_a_token_of_the_site_there_is_no_data()
    {
        (await Should.ThrowAsync<ForgeStorageAccessException>(() => _scene.RunAsync(storage => storage.GetAsync<int>("a"), system: _token[..^3] + "AAA")))
            .Status.ShouldBe(401);
        using var client = new HttpClient { BaseAddress = _emulator.Url };
        using var uninstalled = await client.PostAsJsonAsync("/sites/acme/uninstall", new { productStatus = 403 });
        uninstalled.EnsureSuccessStatusCode();
        (await Should.ThrowAsync<ForgeStorageAccessException>(() => RunAsync(storage => storage.GetAsync<int>("a")))).Status.ShouldBe(401);
    }

    private Task RunAsync(Func<ForgeStorage, Task> act) => _scene.RunAsync(act, system: _token);

    private sealed record Employee(string Surname, int Age, string? Team = null);
}
