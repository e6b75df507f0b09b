using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>An app that stores employees.</summary>
internal static class StorageManifest
{
    public const string Text =
        """
        app:
          id: ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107
          storage:
            entities:
              - name: employee
                attributes:
                  surname: { type: string }
                  age: { type: integer }
                  rating: { type: float }
                  active: { type: boolean }
                  team: { type: string }
                  extra: { type: any }
                indexes:
                  - surname
                  - name: by-age
                    range: [age]
                  - name: by-team
                    partition: [team, active]
                    range: [age]
              - name: department
                attributes:
                  name: { type: string }
        remotes:
          - key: task-board-backend
            baseUrl: https://backend.example
            operations: [compute]
            auth:
              appSystemToken: { enabled: true }
              appUserToken: { enabled: true }
        permissions:
          scopes: [storage:app, read:app-system-token, read:app-user-token]
        """;

    public static AppManifest Read() => AppManifest.Parse(Text);

    public static Task<Scene> StartAsync() => Scene.StartAsync(options => options with { Manifest = Read() });
}
