using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>Calls a remote's hooks of a realm migration as the platform does, and stands in for the app's code behind them.</summary>
internal static class RealmMigrations
{
    public const string Manifest = RemoteSetup.PlainManifest + """

        modules:
          migration:dataResidency:
            key: dare
            remote: backend
            path: /migration
        """;

    public static Task<Remote> StartAsync(AppCode? app, int atOnce = 10, int perProcess = 64) => Remote.StartAsync(new RemoteSetup
    {
        Manifest = Manifest,
        Configure = builder =>
        {
            if (app is not null)
                builder.Services.AddScoped<IRealmMigration>(_ => app);
        },
        Map = remote => remote.MapForgeRealmMigration("/migration"),
        Settings = new() { ["Forge:RealmMigrations:AtOnce"] = $"{atOnce}", ["Forge:Work:PerProcess"] = $"{perProcess}" },
    });

    public static Task<HookAnswer> ScheduleAsync(this Remote remote, int id = 1, string location = "EU", int day = 10, string? site = null) =>
        remote.HookAsync("POST", "schedule", Plan(id, location, day), site);

    public static Task<HookAnswer> StartMigrationAsync(this Remote remote, int id = 1, string location = "EU", int day = 10, string? site = null) =>
        remote.HookAsync("POST", "start", Plan(id, location, day), site);

    public static Task<HookAnswer> CommitAsync(this Remote remote, int id = 1, string? site = null) =>
        remote.HookAsync("POST", "commit", new { migrationId = id }, site);

    public static Task<HookAnswer> RollBackAsync(this Remote remote, int id = 1, string? site = null) =>
        remote.HookAsync("POST", "rollback", new { migrationId = id }, site);

    public static async Task<(string? Status, string? Code)> StatusAsync(this Remote remote, int? id = 1, string? site = null)
    {
        var answer = await remote.HookAsync("GET", id is null ? "status" : $"status?migrationId={id}", null, site);
        answer.Status.ShouldBe(200, answer.Text);
        var body = JsonDocument.Parse(answer.Text).RootElement;
        return (body.GetProperty("status").GetString(), body.TryGetProperty("errorResponseCode", out var code) ? code.GetString() : null);
    }

    /// <summary>Waits until the migration stands somewhere.</summary>
    public static async Task BecomesAsync(this Remote remote, string status, int? id = 1)
    {
        string? last = null;
        try
        {
            await Eventually.TrueAsync(async () => (last = (await remote.StatusAsync(id)).Status) == status);
        }
        catch (ShouldAssertException)
        {
            last.ShouldBe(status);
            throw;
        }
    }

    public static async Task<HookAnswer> HookAsync(this Remote remote, string method, string hook, object? json, string? site = null)
    {
        // The platform calls for nobody.
        var fit = remote.Token(fit =>
        {
            fit.Claims.Remove("principal");
            fit.OfSite(site ?? Fit.Site);
        });
        using var response = await remote.SendAsync(method, $"/migration/{hook}", fit, json);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return new((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public static object Plan(int id, string location, int day) => new
    {
        startTime = $"2026-03-{day}T08:00:00.000Z",
        endTime = $"2026-03-{day}T14:00:00.000Z",
        location,
        migrationId = id,
    };
}

/// <summary>What a hook was answered.</summary>
internal sealed record HookAnswer(int Status, string Text)
{
    public HookAnswer ShouldBeGood(int status = 200)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    public HookAnswer ShouldFailWith(string code)
    {
        Status.ShouldBeInRange(400, 599);
        Status.ShouldNotBe(401);
        Text.ShouldBe($$"""{"errorResponseCode":"{{code}}"}""");
        return this;
    }
}

/// <summary>The app's code, as a test wants it.</summary>
internal sealed class AppCode : IRealmMigration
{
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];

    public Func<RealmMigration, CancellationToken, Task> Schedule { get; set; } = (_, _) => Task.CompletedTask;

    public Func<RealmMigration, WorkRun, CancellationToken, Task> Start { get; set; } = (_, _, _) => Task.CompletedTask;

    public Func<RealmMigration, CancellationToken, Task> Commit { get; set; } = (_, _) => Task.CompletedTask;

    public Func<RealmMigration, WorkRun, CancellationToken, Task> Rollback { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>What was called, in order: the method and the migration.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    public Task ScheduleAsync(RealmMigration migration, CancellationToken cancellationToken) =>
        Noted("schedule", migration, () => Schedule(migration, cancellationToken));

    public Task StartAsync(RealmMigration migration, WorkRun run, CancellationToken cancellationToken) =>
        Noted("start", migration, () => Start(migration, run, cancellationToken));

    public Task CommitAsync(RealmMigration migration, CancellationToken cancellationToken) =>
        Noted("commit", migration, () => Commit(migration, cancellationToken));

    public Task RollbackAsync(RealmMigration migration, WorkRun run, CancellationToken cancellationToken) =>
        Noted("rollback", migration, () => Rollback(migration, run, cancellationToken));

    private Task Noted(string method, RealmMigration migration, Func<Task> call)
    {
        lock (_gate)
            _calls.Add($"{method} {migration.MigrationId}");
        return call();
    }
}
