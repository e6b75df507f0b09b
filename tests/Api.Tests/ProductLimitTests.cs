using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Manifest;
using TaskBoard;
using Remote = ForgeOrleans.Api.Tests.Remotes.Remote;

namespace ForgeOrleans.Api.Tests;

/// <summary>Calls in a loop against the emulator's limits, which were written from the same contract and share no code: none is ever too many.</summary>
public sealed class ProductLimitTests : IAsyncLifetime
{
    private const string AppManifestText = $$"""
        app:
          id: {{Fit.AppId}}
        remotes:
          - key: backend
            baseUrl: https://backend.example.com
            operations: [compute]
            auth:
              appSystemToken: { enabled: true }
        permissions:
          scopes: [read:app-system-token, read:jira-work, write:jira-work, read:jira-user]
        """;

    private static readonly LimitSizes Sizes = new() { GetPerSecond = 40, IssueWritesShort = 20, IssueWritesLong = 100, TenantQuota = 300, Remaining = RemainingShown.Always };

    private readonly FakeClock _clock = new();
    private EmulatorHost _emulator = null!;
    private Remote _remote = null!;
    private JsonNode _acme = null!;
    private string _token = "";

    [Fact]
    public async Task A_loop_keeps_within_the_requests_of_a_second()
    {
        var load = await LoadAsync("GET", "/rest/api/3/myself", count: 90, parallel: 20);
        load.GetProperty("byStatus").ToString().ShouldBe("""{"200":90}""", load.ToString());
        Refused().ShouldBeEmpty();
        load.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(1.2);
    }

    [Fact]
    public async Task A_loop_keeps_within_the_writes_of_an_issue_and_others_go_on()
    {
        var (same, other) = (LoadAsync("PUT", "/rest/api/3/issue/DESK-1", count: 30, parallel: 10), LoadAsync("PUT", "/rest/api/3/issue/DESK-2", count: 10, parallel: 5));
        (await PassUntilAsync(same)).GetProperty("byStatus").ToString().ShouldBe("""{"204":30}""");
        (await other).GetProperty("byStatus").ToString().ShouldBe("""{"204":10}""");
        Refused().ShouldBeEmpty();
        (await same).GetProperty("seconds").GetDouble().ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Work_stops_at_its_share_of_the_hour_and_users_use_it_up()
    {
        var work = await LoadAsync("GET", "/rest/api/3/myself", count: 100, parallel: 10, background: true);
        var worked = work.GetProperty("byStatus").GetProperty("200").GetInt32();
        var refused = work.GetProperty("refusedByGate").GetInt32();
        // The call and the user in its answer: three points.
        (worked * 3).ShouldBeInRange(192, 213);
        (worked + refused).ShouldBe(100);

        var users = await LoadAsync("GET", "/rest/api/3/myself", count: 24, parallel: 4);
        users.GetProperty("byStatus").ToString().ShouldBe("""{"200":24}""");
        Refused().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("burst", "/rest/api/3/issue/DESK-1", true)]
    [InlineData("tenant", "/rest/api/3/issue/DESK-1", false)]
    [InlineData("something-else", "/rest/api/3/issue/DESK-1", true)]
    public async Task A_429_closes_what_it_names(string reason, string other, bool isOpen)
    {
        using var http = new HttpClient { BaseAddress = _emulator.Url };
        using var fault = await http.PostAsJsonAsync("/faults", new { kind = "rateLimit", reason, retryAfter = 600, count = 1 });
        fault.EnsureSuccessStatusCode();
        (await LoadAsync("GET", "/rest/api/3/myself", count: 1, parallel: 1)).GetProperty("byStatus").ToString().ShouldBe("""{"429":1}""");
        var before = _emulator.Platform.Limits.Counts().Calls;

        (await LoadAsync("GET", "/rest/api/3/myself", count: 3, parallel: 1)).GetProperty("refusedByGate").GetInt32().ShouldBe(3);
        (await LoadAsync("GET", other, count: 3, parallel: 1)).GetProperty("refusedByGate").GetInt32().ShouldBe(isOpen ? 0 : 3);
        (_emulator.Platform.Limits.Counts().Calls - before).ShouldBe(isOpen ? 3 : 0);
    }

    [Theory]
    [InlineData("""{ "kind": "error", "status": 503, "count": 2 }""")]
    [InlineData("""{ "kind": "reset", "count": 2 }""")]
    [InlineData("""{ "kind": "rateLimit", "reason": "burst", "count": 2, "headers": { "Retry-After": null, "X-RateLimit-Reset": "2001-01-01T00:00:00Z" } }""")]
    public async Task What_passes_is_not_noticed(string fault)
    {
        using var http = new HttpClient { BaseAddress = _emulator.Url };
        using var added = await http.PostAsync("/faults", new StringContent(fault, null, "application/json"));
        added.EnsureSuccessStatusCode();
        (await LoadAsync("GET", "/rest/api/3/myself", count: 1, parallel: 1)).GetProperty("byStatus").ToString().ShouldBe("""{"200":1}""");
    }

    public async Task InitializeAsync()
    {
        _emulator = await EmulatorHost.StartAsync(new EmulatorOptions { Manifest = AppManifest.Parse(AppManifestText), Clock = _clock, Limits = Sizes });
        var origin = _emulator.Url.GetLeftPart(UriPartial.Authority);
        _remote = await Remote.StartAsync(new()
        {
            Clock = _clock,
            Settings = new()
            {
                ["Forge:ProductApi:AllowedOrigins:0"] = origin,
                ["Forge:ProductApi:GatewayUrl"] = origin,
                ["Forge:Lifecycle:InstallGrace"] = "00:00:00",
                ["TaskBoard:Simulation"] = "true",
            },
            Map = app => app.MapProductLoad(),
        });
        using var client = new HttpClient { BaseAddress = _emulator.Url };
        _acme = (await client.GetFromJsonAsync<JsonNode>("/sites"))!["sites"]![0]!;
        using var minted = await client.PostAsJsonAsync("/mint", new { site = _acme["id"]!.GetValue<string>() });
        _token = (await minted.Content.ReadFromJsonAsync<JsonNode>())!["systemToken"]!.GetValue<string>();
    }

    public async Task DisposeAsync()
    {
        await _remote.DisposeAsync();
        await _emulator.DisposeAsync();
    }

    private IEnumerable<string> Refused() => _emulator.Platform.Limits.Counts().Refused.Select(refused => $"{refused.Value} {refused.Key}");

    private async Task<JsonElement> LoadAsync(string method, string path, int count, int parallel, bool background = false) => await PassUntilAsync(SendAsync(
        new { product = "jira", method, path, count, parallel, background }));

    private async Task<JsonElement> SendAsync(object load)
    {
        using var response = await _remote.SendAsync("POST", "/load", _remote.Token(OfAcme), load, _token);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private void OfAcme(Fit fit)
    {
        var cloud = _acme["cloudId"]!.GetValue<string>();
        fit.OfSite(_acme["installationId"]!.GetValue<string>(), cloud);
        fit.AtBase($"{_emulator.Url}ex/jira/{cloud}", "jira");
    }

    // Little by little, so that what happens over the network happens at about its time.
    private async Task<T> PassUntilAsync<T>(Task<T> done)
    {
        for (var i = 0; i < 6_000 && !done.IsCompleted; i++)
        {
            await Task.WhenAny(done, Task.Delay(3));
            _clock.Advance(TimeSpan.FromMilliseconds(4));
        }
        return await done.WaitAsync(Eventually.Patience);
    }
}
