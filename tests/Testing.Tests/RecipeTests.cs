using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Testing;

namespace TaskBoard.Tests;

/// <summary>What <c>docs/testing.md</c> shows, as it shows it.</summary>
public sealed class RecipeTests : IAsyncLifetime
{
    private static readonly string[] OnTheBoard = ["task-board"];

    private ForgePlatform _platform = null!;

    private ForgeSite Acme => _platform.Site("acme");

    private ForgeUser Ada => Acme.User("Ada");

    public async Task InitializeAsync()
    {
        _platform = await ForgePlatform.StartAsync("samples/TaskBoard/manifest.yml");
        _platform.Host<Program>();
    }

    public Task DisposeAsync() => _platform.DisposeAsync().AsTask();

    [Fact]
    public async Task An_issue_with_the_label_becomes_a_task()
    {
        await Acme.SendEventAsync("avi:jira:created:issue", new
        {
            issue = new { id = "10001", key = "ROAD-1", fields = new { summary = "Tunnel", labels = OnTheBoard } },
        });
        await Acme.WhenWorkIsDoneAsync();

        var tasks = (await Ada.InvokeAsync("GET", "/tasks/")).Json.GetProperty("tasks");
        Assert.Equal("ROAD-1 Tunnel", tasks[0].GetProperty("description").GetString());
    }

    [Fact]
    public async Task The_same_event_twice_makes_one_task()
    {
        var issue = new { id = "10001", key = "ROAD-1", fields = new { labels = OnTheBoard } };
        await Acme.SendEventAsync("avi:jira:created:issue", new { issue, timestamp = 1782120000000 }, new() { Duplicate = true });
        await Acme.WhenWorkIsDoneAsync();

        Assert.Equal(1, (await Ada.InvokeAsync("GET", "/tasks/")).Json.GetProperty("tasks").GetArrayLength());
    }

    [Fact]
    public async Task The_hourly_trigger_runs()
    {
        await Acme.RunTriggerAsync("hourly");
        await Acme.WhenWorkIsDoneAsync();

        var activity = (await Ada.InvokeAsync("GET", "/activity")).Json.GetProperty("activity");
        Assert.Equal("hourly", activity[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_failed_call_of_Jira_is_made_again()
    {
        var outage = await _platform.Faults.AddAsync(new Fault { Kind = FaultKind.Error, Product = "jira", Status = 503, Count = 2 });

        var answer = await Ada.InvokeAsync("GET", "/jira/search?jql=project%20%3D%20ROAD");

        Assert.Equal(200, answer.Status);
        Assert.Null(await _platform.Faults.HitsAsync(outage));    // it has met its two calls, and is over
    }

    [Fact]
    public async Task A_quota_that_is_used_up_is_left_alone()
    {
        var quota = await _platform.Faults.AddAsync(new Fault { Kind = FaultKind.RateLimit, Reason = "tenant", Product = "jira", RetryAfter = 600 });
        await Ada.InvokeAsync("GET", "/jira/search?jql=project%20%3D%20ROAD");

        var answer = await Ada.InvokeAsync("GET", "/jira/search?jql=project%20%3D%20ROAD");

        Assert.Equal(503, answer.Status);
        Assert.True(int.Parse(answer.Headers["Retry-After"]) > 500);
        Assert.Equal(1, await _platform.Faults.HitsAsync(quota));    // the second call was not made
    }

    [Fact]
    public async Task After_a_reinstall_the_board_is_empty()
    {
        await Ada.InvokeAsync("POST", "/tasks/", new { department = "R&D", team = "Forge", description = "Old" });

        await Acme.ReinstallAsync();

        Assert.Equal(0, (await Ada.InvokeAsync("GET", "/tasks/")).Json.GetProperty("tasks").GetArrayLength());
    }

    [Fact]
    public async Task A_forged_token_is_refused()
    {
        foreach (var token in new[] { TokenChanges.Forged, TokenChanges.Expired, TokenChanges.OfAnotherApp, TokenChanges.WithClaims(new { iss = "somebody" }) })
        {
            var answer = await Ada.InvokeAsync("GET", "/tasks/", options: new() { Token = token });
            Assert.Equal(401, answer.Request.Status);
            Assert.Equal("Remote could not verify the Forge Invocation Token", answer.Rejection);
        }

        await _platform.ShouldHaveKeptTheContractAsync();
    }

    [Fact]
    public async Task Jira_is_called_as_somebody_who_is_absent_until_the_account_is_deactivated()
    {
        var ben = Acme.User("Ben");
        var answer = await Ada.InvokeAsync("POST", "/impersonate", new { accountId = ben.AccountId });
        Assert.Equal("Ben Okafor", answer.Json.GetProperty("displayName").GetString());

        await Acme.User("Kim").DeactivateAsync();
        var refused = await Ada.InvokeAsync("POST", "/impersonate", new { accountId = Acme.User("Kim").AccountId });
        Assert.Equal(403, refused.Status);
    }
}
