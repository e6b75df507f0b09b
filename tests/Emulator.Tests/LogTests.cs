using System.Collections.Concurrent;
using ForgeOrleans.Emulator.Limits;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>What the emulator writes while it works.</summary>
public class LogTests
{
    [Fact]
    public async Task It_tells_what_happened_and_no_token_at_any_level()
    {
        using var log = new CollectedLog();
        await using var scene = await Scene.StartAsync(options => options with
        {
            Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log),
        });
        await scene.InvokeAsync("POST", "/tasks/");
        var received = scene.Remote.Last;
        scene.Remote.Answers(401);
        await scene.RejectionAsync();
        await scene.GetAsync(scene.Acme, "jira", "rest/api/3/myself", received.Headers["x-forge-oauth-user"]);
        await scene.GetAsync(scene.Globex, "jira", "rest/api/3/myself", received.Headers["x-forge-oauth-user"]);

        log.Lines.ShouldContain(line => line.StartsWith("POST /tasks/ as Ada Lovelace on acme: 200 after"));
        log.Lines.ShouldContain(line => line.Contains("could not verify"));
        log.Lines.ShouldContain(line => line.Contains("as Ada Lovelace on acme") && line.Contains("myself"));
        log.Lines.ShouldContain(line => line.Contains("another site"));
        foreach (var secret in (string[])[received.Fit, received.Headers["x-forge-oauth-system"], received.Headers["x-forge-oauth-user"]])
        {
            log.Lines.ShouldAllBe(line => !line.Contains(secret) && !line.Contains(secret.Split('.')[2]));
        }
    }

    [Fact]
    public async Task It_tells_what_became_of_every_attempt_and_no_token_at_any_level()
    {
        using var log = new CollectedLog();
        await using var scene = await DeliveryScene.StartAsync(options => options with
        {
            Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log),
        });
        scene.Remote.Answers(500);
        var begun = await scene.BeginOneAsync("/events", new { @event = DeliveryScene.Updated, retries = 1 });
        await scene.PassRetrySpacingAsync();
        await scene.SettledAsync(begun);
        await scene.PostAsync("/webtriggers/callback", new { });

        const string Attempted = "POST /events with avi:jira:updated:issue of acme: 500 after";
        log.Lines.Count(line => line.StartsWith(Attempted, StringComparison.Ordinal)).ShouldBe(2);
        log.Lines.Count(line => line.EndsWith(", given up", StringComparison.Ordinal)).ShouldBe(2);
        log.Lines.ShouldContain(line => line.StartsWith("POST /hooks with callback of acme", StringComparison.Ordinal));
        foreach (var received in scene.Remote.Received)
        {
            log.Lines.ShouldAllBe(line => !line.Contains(received.Fit) && !line.Contains(received.Fit.Split('.')[2]));
            var token = received.Headers.GetValueOrDefault("x-forge-oauth-system");
            log.Lines.ShouldAllBe(line => token == null || !line.Contains(token.Split('.')[2]));
        }
    }

    [Fact]
    public async Task A_token_in_an_address_is_masked_as_in_the_feed()
    {
        using var log = new CollectedLog();
        await using var scene = await DeliveryScene.StartAsync(options => options with
        {
            Manifest = options.Manifest with { Remotes = [options.Manifest.Remotes[0] with { Operations = ["compute"] }] },
            // Kestrel would tell what it was asked, which is the test's own doing.
            Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft", LogLevel.None).AddProvider(log),
        });
        var token = (await scene.MintAsync())["fit"]!.GetValue<string>();
        using (await scene.Client.GetAsync($"/frc/backend/tasks/?token={token}"))
        {
        }

        await scene.PostAsync($"/webtriggers/callback?form=raw&token={token}", new { });

        log.Lines.Count(line => line.Contains("?token=(token, ", StringComparison.Ordinal)).ShouldBe(2);
        var signature = token.Split('.')[2];
        log.Lines.ShouldAllBe(line => !line.Contains(signature));
    }

    [Fact]
    public async Task It_tells_who_was_impersonated_which_limit_refused_and_which_fault_was_met_and_no_token()
    {
        using var log = new CollectedLog();
        await using var scene = await Scene.StartAsync(options => options with
        {
            Manifest = ProductScene.Manifest,
            Limits = new LimitSizes { GetPerSecond = 1 },
            Logging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log),
        });
        var user = scene.Acme.Users[1].AccountId;
        var token = (await ImpersonationTests.ImpersonateAsync(scene, user))["authToken"]!.Text("token");
        await scene.CallAsync(ProductScene.Issue, token: token);
        await scene.CallAsync(ProductScene.Issue, token: token);
        await scene.FaultAsync(new { kind = "error" });
        await scene.CallAsync(ProductScene.Issue, token: token);

        log.Lines.ShouldContain($"The app impersonates {user} on acme");
        log.Lines.ShouldContain("GET /rest/api/3/issue/{issueIdOrKey} of acme is answered 429: jira-burst-based");
        log.Lines.ShouldContain("GET /rest/api/3/issue/ROAD-1 of acme meets a fault: Error");
        foreach (var secret in (string[])[token, await scene.SystemTokenAsync(scene.Acme)])
        {
            log.Lines.ShouldAllBe(line => !line.Contains(secret.Split('.')[2]));
        }
    }

    private sealed class CollectedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)}{exception}");

        public void Dispose()
        {
        }
    }
}
