using ForgeOrleans.Manifest;

namespace ForgeOrleans.Verification.Tests.Remotes;

/// <summary>The app of the sloppy remote: something of every module that concerns a remote.</summary>
internal static class SloppyManifest
{
    public const string AppId = "ari:cloud:ecosystem::app/3f2c8a14-6f0e-4c0f-9b5e-6b1d7c2a9e01";

    public const string Text =
        $"""
        app:
          id: {AppId}
        modules:
          jira:projectPage:
            - key: page
              title: Notes
              resource: ui
              resolver:
                endpoint: notes
          trigger:
            - key: issues
              endpoint: on-event
              events: [avi:jira:created:issue, avi:jira:updated:issue]
            - key: life
              endpoint: on-life
              events: [avi:forge:installed:app, avi:forge:upgraded:app]
          scheduledTrigger:
            - key: hourly
              endpoint: on-hour
              interval: hour
          preUninstall:
            - key: farewell
              endpoint: on-uninstall
          webtrigger:
            - key: hook
              endpoint: on-hook
          migration:dataResidency:
            - key: realm
              remote: backend
              path: /migration
              maxMigrationDurationHours: 24
          endpoint:
            - key: notes
              remote: backend
              auth:
                appSystemToken:
                  enabled: true
            - key: on-event
              remote: backend
              route:
                path: /events
              auth:
                appSystemToken:
                  enabled: true
            - key: on-life
              remote: backend
              route:
                path: /life
            - key: on-hour
              remote: backend
              route:
                path: /hourly
            - key: on-uninstall
              remote: backend
              route:
                path: /uninstall
            - key: on-hook
              remote: backend
              route:
                path: /hook
        remotes:
          - key: backend
            baseUrl: https://notes.example.com
            operations: [compute]
        resources:
          - key: ui
            path: ui
        permissions:
          scopes:
            - read:app-system-token
            - read:jira-work
        """;

    public static AppManifest Manifest { get; } = AppManifest.Parse(Text);

    public static IReadOnlyList<InvocationPath> Invocations { get; } = [InvocationPath.Parse("GET /notes"), InvocationPath.Parse("POST /notes {\"text\": \"{marker}\"}")];
}
