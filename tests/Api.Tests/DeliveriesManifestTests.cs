using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>A program that does not take the very events and triggers that its manifest names, or takes others, does not start.</summary>
public sealed class DeliveriesManifestTests
{
    private const string Manifest = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - { key: events, remote: backend, route: { path: /events } }
            - { key: others, remote: backend, route: { path: /others } }
            - { key: hourly, remote: backend, route: { path: /hourly } }
            - { key: life, remote: backend, route: { path: /lifecycle } }
          trigger:
            - { key: on-issue, endpoint: events, events: [avi:jira:updated:issue] }
            - { key: on-page, endpoint: events, events: [avi:confluence:viewed:page] }
            - key: on-other
              endpoint: others
              events:
                - eventType: avi:jira:deleted:issue
            - { key: life, endpoint: life, events: [avi:forge:installed:app, avi:forge:upgraded:app] }
          scheduledTrigger:
            - { key: hourly-sync, endpoint: hourly, interval: hour }
            - { key: daily-sync, endpoint: hourly, interval: day }
        """;

    [Fact]
    public async Task A_program_that_fits_starts()
    {
        await StartsAsync(Fitting);
        await StartsAsync(app =>
        {
            app.MapForgeEvent("events", "*", () => { });
            app.MapForgeEvent("/{which}", "*", () => { });
            Triggers(app);
        });
    }

    [Fact]
    public async Task An_event_without_a_handler_is_named()
    {
        var message = await FailsAsync(app =>
        {
            app.MapForgeEvent("/events", "avi:jira:updated:issue", () => { });
            app.MapForgeEvent("/others", "avi:jira:deleted:issue", () => { });
            Triggers(app);
            app.MapForgeLifecycle("/lifecycle", () => { });
        });
        message.ShouldContain("the trigger 'on-page' delivers the event 'avi:confluence:viewed:page' to /events");
        Lines(message).ShouldBe(1);
    }

    [Fact]
    public async Task A_handler_of_an_event_that_is_not_delivered_there_is_named()
    {
        var message = await FailsAsync(app =>
        {
            Fitting(app);
            app.MapForgeEvent("/events", "avi:jira:deleted:issue", () => { });
            app.MapForgeEvent("/others", "avi:jira:update:issue", () => { });
        });
        message.ShouldContain("the handler of the event 'avi:jira:deleted:issue' at /events is called by nothing");
        message.ShouldContain("the handler of the event 'avi:jira:update:issue' at /others is called by nothing");
        Lines(message).ShouldBe(2);
    }

    [Fact]
    public async Task A_trigger_without_a_handler_of_its_key_is_named_and_a_handler_without_a_trigger_too()
    {
        var message = await FailsAsync(app =>
        {
            Events(app);
            app.MapForgeLifecycle("/lifecycle", () => { });
            app.MapForgeScheduledTrigger("hourly-sync", "/hourly", () => { });
            app.MapForgeScheduledTrigger("dailysync", "/hourly", () => { });
        });
        message.ShouldContain("the scheduledTrigger 'daily-sync' calls /hourly");
        message.ShouldContain("the handler of the scheduled trigger 'dailysync' at /hourly is called by nothing");
        Lines(message).ShouldBe(2);
    }

    [Fact]
    public async Task A_trigger_at_another_path_is_named()
    {
        var message = await FailsAsync(app =>
        {
            Events(app);
            app.MapForgeLifecycle("/lifecycle", () => { });
            app.MapForgeScheduledTrigger("hourly-sync", "/hourly", () => { });
            app.MapForgeScheduledTrigger("daily-sync", "/daily", () => { });
        });
        message.ShouldContain("the scheduledTrigger 'daily-sync' calls /hourly");
        message.ShouldContain("ScheduledTrigger at /daily is called by nothing");
    }

    [Fact]
    public async Task Lifecycle_events_need_a_handler_and_a_handler_of_them_needs_the_events()
    {
        (await FailsAsync(app =>
        {
            Events(app);
            Triggers(app);
        })).ShouldContain("the trigger 'life' calls POST /lifecycle");
        (await FailsAsync(app =>
        {
            Events(app);
            Triggers(app);
            app.MapForgeEvent("/lifecycle", "avi:forge:installed:app", () => { });
        })).ShouldContain("the event 'avi:forge:upgraded:app' to /lifecycle");
        (await FailsAsync(app =>
        {
            Triggers(app);
            app.MapForgeEvent("/{which}", "*", () => { });
            app.MapForgeLifecycle("/events", () => { });
        })).ShouldContain("the handler of lifecycle events at /events is called by nothing");
    }

    private static void Fitting(WebApplication app)
    {
        Events(app);
        Triggers(app);
        app.MapForgeLifecycle("/lifecycle", () => { });
    }

    private static void Events(WebApplication app)
    {
        app.MapForgeEvent("/events", "avi:jira:updated:issue", () => { });
        app.MapForgeEvent("/events", "avi:confluence:viewed:page", () => { });
        app.MapForgeEvent("/others", "avi:jira:deleted:issue", () => { });
    }

    private static void Triggers(WebApplication app)
    {
        app.MapForgeScheduledTrigger("hourly-sync", "/hourly", () => { });
        app.MapForgeScheduledTrigger("daily-sync", "/hourly", () => { });
    }

    private static int Lines(string message) => message.Split("\n  - ").Length - 1;

    private static async Task StartsAsync(Action<WebApplication> map) => await (await Deliveries.StartAsync(map, Manifest)).DisposeAsync();

    private static async Task<string> FailsAsync(Action<WebApplication> map) =>
        (await Should.ThrowAsync<ForgeConfigurationException>(async () => await (await Deliveries.StartAsync(map, Manifest)).DisposeAsync())).Message;
}
