using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>A program that does not fit its manifest does not start, and says where.</summary>
public sealed class ManifestCheckTests
{
    private const string Triggered = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - key: events
              remote: backend
              route: { path: /events }
          trigger:
            - key: on-issue
              endpoint: events
              events: [avi:jira:updated:issue]
        """;

    private const string Resolved = $"""
        app:
          id: {Fit.AppId}
        remotes:
          - key: backend
            baseUrl: https://backend.example.com
        modules:
          jira:projectPage:
            - key: page
              resource: ui
              resolver:
                endpoint: front
          endpoint:
            - key: front
              remote: backend
        resources:
          - key: ui
            path: ui
        """;

    [Fact]
    public async Task A_program_that_fits_starts()
    {
        await StartsAsync(RemoteSetup.PlainManifest, Invocation);
        await StartsAsync(Resolved, Invocation);
        await StartsAsync(Triggered, app =>
        {
            Invocation(app);
            app.MapForgeEndpoint(EndpointKind.Event, "POST", "/events", () => { });
        });
        await StartsAsync(Triggered, app => app.MapForgeEndpoint(EndpointKind.Lifecycle, "POST", "/{which}", (string which) => which));
        await StartsAsync(Triggered, app => app.MapForgeEndpoint(EndpointKind.Event, "POST", "events/", () => { }));
    }

    [Fact]
    public async Task What_is_declared_and_not_handled_is_named()
    {
        var message = await FailsAsync(Triggered, Invocation);
        message.ShouldContain("trigger 'on-issue'");
        message.ShouldContain("/events");
        message.ShouldContain("line 9");
        (await FailsAsync(Resolved, _ => { })).ShouldContain("MapForgeInvocation");
    }

    [Fact]
    public async Task What_is_handled_and_not_declared_is_named()
    {
        var message = await FailsAsync(RemoteSetup.PlainManifest, app =>
        {
            Invocation(app);
            app.MapForgeEndpoint(EndpointKind.ScheduledTrigger, "POST", "/hourly", () => { });
        });
        message.ShouldContain("ScheduledTrigger");
        message.ShouldContain("/hourly");

        (await FailsAsync(RemoteSetup.PlainManifest.Replace("compute", "other", StringComparison.Ordinal), Invocation)).ShouldContain("nothing can call them");
    }

    [Fact]
    public async Task A_handler_of_another_kind_or_at_another_path_or_method_is_not_the_one()
    {
        foreach (var (kind, method, path) in new[]
                 {
                     (EndpointKind.WebTrigger, "POST", "/events"), (EndpointKind.Event, "POST", "/event"), (EndpointKind.Event, "GET", "/events"),
                 })
            (await FailsAsync(Triggered, app => app.MapForgeEndpoint(kind, method, path, () => { }))).ShouldContain("on-issue");
    }

    [Fact]
    public async Task A_manifest_of_another_app_is_noticed() =>
        (await FailsAsync(RemoteSetup.PlainManifest.Replace(Fit.AppUuid, "00000000-1111-4222-8333-444444444444", StringComparison.Ordinal), Invocation))
            .ShouldContain("00000000-1111-4222-8333-444444444444");

    [Fact]
    public async Task Everything_that_does_not_fit_is_said_at_once()
    {
        var message = await FailsAsync(
            Triggered.Replace(Fit.AppUuid, "00000000-1111-4222-8333-444444444444", StringComparison.Ordinal),
            app => app.MapForgeEndpoint(EndpointKind.ScheduledTrigger, "POST", "/hourly", () => { }));
        message.ShouldContain("00000000-1111-4222-8333-444444444444");
        message.ShouldContain("on-issue");
        message.ShouldContain("/hourly");
    }

    [Theory]
    [InlineData("")]
    [InlineData("app: [")]
    [InlineData("just text")]
    [InlineData("app: {}")]
    public async Task A_manifest_that_is_none_is_named(string manifest) =>
        (await FailsAsync(manifest, Invocation)).ShouldContain("manifest.yml");

    [Fact]
    public async Task A_manifest_that_is_not_there_is_named() =>
        (await Should.ThrowAsync<ForgeConfigurationException>(async () => await (await Remote.StartAsync(new RemoteSetup
        {
            Settings = new() { ["Forge:Manifest"] = "nowhere/manifest.yml" },
        })).DisposeAsync())).Message.ShouldContain("nowhere");

    [Fact]
    public async Task By_default_it_is_the_manifest_beside_the_program()
    {
        // TaskBoard's is there.
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(async () => await (await Remote.StartAsync(new RemoteSetup
        {
            Settings = new() { ["Forge:Manifest"] = null },
            Map = _ => { },
        })).DisposeAsync());
        failure.Message.ShouldContain(Path.Combine(AppContext.BaseDirectory, "manifest.yml"));
    }

    private static void Invocation(WebApplication app) => app.MapForgeInvocation("GET", "/x", () => 1);

    private static async Task StartsAsync(string manifest, Action<WebApplication> map)
    {
        await using var remote = await Remote.StartAsync(new RemoteSetup { Manifest = manifest, Map = map });
        using var response = await remote.Http.GetAsync("/health/live");
        ((int)response.StatusCode).ShouldBe(200);
    }

    private static async Task<string> FailsAsync(string manifest, Action<WebApplication> map) =>
        (await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await Remote.StartAsync(new RemoteSetup { Manifest = manifest, Map = map })).DisposeAsync())).Message;
}
