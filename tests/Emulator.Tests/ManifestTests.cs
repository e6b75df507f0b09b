using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>Reading <c>manifest.yml</c>.</summary>
public class ManifestTests
{
    private const string App = "app: { id: ari:cloud:ecosystem::app/1 }\n";

    private const string Everything =
        """
        app:
          id: ari:cloud:ecosystem::app/1
          unknown: { of: any, kind: true }
        unknown: [1, 2]
        remotes:
          - key: backend
            baseUrl:
              default: https://backend.example
              EU: https://eu.backend.example
            operations: [storage, compute, fetch]
            auth:
              appSystemToken: { enabled: true }
          - key: other
        modules:
          jira:issuePanel:
            - key: panel
              resource: main
              resolver:
                endpoint: calls
          jira:customField:
            - key: field
              view:
                resource: main
                resolver: { endpoint: calls }
              edit:
                resolver: { endpoint: edits }
          macro:
            - key: word
              resource: main
              resolver:
                function: resolve
          function:
            - key: resolve
              handler: index.handler
          trigger:
            - key: updates
              endpoint: events
              events:
                - avi:jira:updated:issue
                - eventType: avi:jira:created:issue
                  filter: { ignoreSelf: true }
            - key: by-function
              function: resolve
              events: [avi:jira:deleted:issue]
          scheduledTrigger:
            - key: hourly
              endpoint: events
              interval: hour
          preUninstall:
            - key: goodbye
              endpoint: events
          webtrigger:
            - key: hook
              endpoint: events
          consumer:
            - key: queue
              queue: work
              endpoint: events
          migration:dataResidency:
            - key: realm
              remote: backend
              path: /migration
          endpoint:
            - key: calls
              remote: backend
              auth:
                appUserToken: { enabled: true }
            - key: edits
              remote: backend
            - key: events
              remote: backend
              route: { path: /events }
            - key: unused
              remote: other
            - key: of-a-container
              service: box
          new:kind:
            not: a list
        resources:
          - key: main
            path: ui
        permissions:
          scopes:
            read:jira-work:
              allowImpersonation: true
            storage:app: {}
            read:app-system-token:
        """;

    [Fact]
    public void Remotes_and_their_tokens_are_read()
    {
        var manifest = AppManifest.Parse(Everything);
        manifest.AppId.ShouldBe("ari:cloud:ecosystem::app/1");
        manifest.Remotes.Select(remote => remote.Key).ShouldBe(["backend", "other"]);
        manifest.Remotes[0].BaseUrl.ShouldBe("https://backend.example");
        manifest.Remotes[0].Operations.ShouldBe(["storage", "compute", "fetch"]);
        manifest.Remotes[0].Auth.ShouldBe(new TokenAuth(AppSystemToken: true, AppUserToken: false));
        manifest.Remotes[1].BaseUrl.ShouldBeNull();
        manifest.Remotes[1].Auth.ShouldBe(TokenAuth.None);
    }

    [Fact]
    public void Every_endpoint_knows_who_uses_it_and_how()
    {
        var endpoints = AppManifest.Parse(Everything).Endpoints.ToDictionary(endpoint => endpoint.Key);
        endpoints["calls"].Uses.ShouldBe([
            new EndpointUse(EndpointUseKind.Invocation, "jira:issuePanel", "panel"),
            new EndpointUse(EndpointUseKind.Invocation, "jira:customField", "field"),
        ]);
        endpoints["edits"].Uses.ShouldBe([new EndpointUse(EndpointUseKind.Invocation, "jira:customField", "field")]);
        endpoints["events"].Uses.ShouldBe([
            new EndpointUse(EndpointUseKind.Trigger, "trigger", "updates"),
            new EndpointUse(EndpointUseKind.ScheduledTrigger, "scheduledTrigger", "hourly"),
            new EndpointUse(EndpointUseKind.PreUninstall, "preUninstall", "goodbye"),
            new EndpointUse(EndpointUseKind.WebTrigger, "webtrigger", "hook"),
            new EndpointUse(EndpointUseKind.Other, "consumer", "queue"),
        ]);
        endpoints["unused"].Uses.ShouldBeEmpty();
        endpoints["calls"].Auth.ShouldBe(new TokenAuth(AppSystemToken: false, AppUserToken: true));
        endpoints["calls"].RoutePath.ShouldBeNull();
        endpoints["events"].RoutePath.ShouldBe("/events");
        endpoints["of-a-container"].RemoteKey.ShouldBeNull();
    }

    [Fact]
    public void Modules_are_read()
    {
        var manifest = AppManifest.Parse(Everything);
        manifest.UiModules.ShouldBe([
            new UiModule("jira:issuePanel", "panel", "main", "calls"),
            new UiModule("jira:customField", "field", null, "calls"),
            new UiModule("macro", "word", "main", null),
        ]);
        var trigger = manifest.Triggers.ShouldHaveSingleItem();
        (trigger.Key, trigger.EndpointKey).ShouldBe(("updates", "events"));
        trigger.Events.ShouldBe(["avi:jira:updated:issue", "avi:jira:created:issue"]);
        manifest.ScheduledTriggers.ShouldBe([new ScheduledTriggerModule("hourly", "events", "hour")]);
        manifest.PreUninstalls.ShouldBe([new PreUninstallModule("goodbye", "events")]);
        manifest.WebTriggers.ShouldBe([new WebTriggerModule("hook", "events")]);
        manifest.OtherModules.ShouldBe([new OtherModule("consumer", "queue", "events")]);
        manifest.DataResidencyMigrations.ShouldBe([new DataResidencyModule("realm", "backend", "/migration", 24)]);
        manifest.Resources.ShouldBe([new Resource("main", "ui")]);
        manifest.Scopes.ShouldBe([new("read:jira-work", true), new("storage:app", false), new("read:app-system-token", false)]);
    }

    [Fact]
    public void The_sample_is_read()
    {
        var manifest = Scene.TaskBoard;
        manifest.AppId.ShouldBe("ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107");
        var pages = manifest.Endpoints[0];
        pages.Uses.Select(use => use.ModuleType).ShouldBe(["jira:projectPage", "confluence:spacePage"]);
        pages.Auth.ShouldBe(new TokenAuth(true, true));
        manifest.Endpoints.Skip(1).Select(endpoint => endpoint.RoutePath).ShouldBe(["/events", "/triggers/hourly", "/lifecycle", "/uninstall"]);
        manifest.Endpoints.Skip(1).ShouldAllBe(endpoint => endpoint.Auth == new TokenAuth(true, false));
        manifest.Remotes.ShouldHaveSingleItem().Operations.ShouldBe(["storage", "compute", "fetch"]);
        manifest.Triggers.SelectMany(trigger => trigger.Events).ShouldContain("avi:jira:updated:issue");
        manifest.ScheduledTriggers.ShouldHaveSingleItem().Interval.ShouldBe("hour");
    }

    [Theory]
    [InlineData("app:\n  id: [", 3, "not YAML")]
    [InlineData("", 1, "begins with \"app:\"")]
    [InlineData("- a", 1, "begins with \"app:\"")]
    [InlineData("modules: {}", 1, "\"app\" is missing")]
    [InlineData("app:\n  name: x", 2, "\"id\" is missing from app")]
    [InlineData("app:\n  id: 8db33809", 2, "ari:cloud:ecosystem::app/<uuid>")]
    [InlineData(App + "remotes:\n  - baseUrl: x", 3, "\"key\" is missing from remotes[0]")]
    [InlineData(App + "remotes:\n  key: x", 3, "remotes is a list")]
    [InlineData(App + "remotes:\n  - key: x\n  - key: x", 4, "two remotes with the key \"x\"")]
    [InlineData(App + "modules:\n  endpoint:\n    - key: e\n      remote: x", 5, "not among the remotes")]
    [InlineData(App + "modules:\n  webtrigger:\n    - key: w\n      endpoint: e", 5, "not among the endpoints")]
    [InlineData(App + "modules:\n  macro:\n    - key: w\n      resolver:\n        endpoint: e", 6, "not among the endpoints")]
    [InlineData(App + "remotes:\n  - key: x\n    auth:\n      appUserToken:\n        enabled: 1", 6, "true or false")]
    public void What_is_broken_is_told_with_its_line(string text, int line, string problem)
    {
        var broken = Should.Throw<ManifestException>(() => AppManifest.Parse(text, "my/manifest.yml"));
        broken.Message.ShouldStartWith($"my/manifest.yml, line {line}: ");
        broken.Message.ShouldContain(problem);
        broken.Line.ShouldBe(line);
    }

    [Theory]
    [InlineData("", "needs a route")]
    [InlineData("route: { path: /e }, auth: { appUserToken: { enabled: true } }", "must not ask for appUserToken")]
    public void An_endpoint_that_cannot_take_its_trigger_is_told(string endpoint, string problem) =>
        Should.Throw<ManifestException>(() => AppManifest.Parse(
            $$"""
            app: { id: ari:cloud:ecosystem::app/1 }
            remotes: [{ key: r }]
            modules:
              endpoint: [{ key: e, remote: r, {{endpoint}} }]
              trigger: [{ key: t, endpoint: e, events: [x] }]
            """)).Message.ShouldContain(problem);

    [Fact]
    public void A_missing_file_is_told() =>
        Should.Throw<ManifestException>(() => AppManifest.Load("no/such/manifest.yml")).Message.ShouldStartWith("no/such/manifest.yml: ");

    [Fact]
    public void An_alias_that_contains_itself_is_survived() => AppManifest.Parse(
        """
        app: { id: ari:cloud:ecosystem::app/1 }
        modules:
          macro:
            - &self
              key: m
              view: *self
        """).UiModules.ShouldBeEmpty();

    [Fact]
    public void A_manifest_that_was_loaded_knows_its_folder_and_what_frontends_may_do()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "manifest.yml");
            File.WriteAllText(file, """
                app: { id: ari:cloud:ecosystem::app/1 }
                modules:
                  jira:projectPage:
                    - { key: page, title: My page, resource: main }
                  jira:issuePanel:
                    - { key: panel, title: { i18n: panel.title }, resource: main, render: native }
                permissions:
                  content: { scripts: [unsafe-eval], styles: [unsafe-inline] }
                  external:
                    images: [images.example.com, { address: "*.example.org" }]
                    fetch: { client: [{ remote: backend }], backend: [[odd]] }
                """);
            var manifest = AppManifest.Load(file);
            manifest.Folder.ShouldBe(folder.FullName);
            manifest.UiModules.Select(module => (module.Title, module.IsNative)).ShouldBe([("My page", false), (null, true)]);
            manifest.Frontend.ContentScripts.ShouldBe(["unsafe-eval"]);
            manifest.Frontend.ContentStyles.ShouldBe(["unsafe-inline"]);
            manifest.Frontend.Images.ShouldBe([new("images.example.com", null), new("*.example.org", null)]);
            manifest.Frontend.FetchByClient.ShouldBe([new(null, "backend")]);
            manifest.Frontend.FetchByBackend.ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
