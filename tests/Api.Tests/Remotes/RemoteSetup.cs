using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>What is special about the remote of a test.</summary>
internal sealed record RemoteSetup
{
    /// <summary>A manifest that fits a remote with handlers of invocations only.</summary>
    public const string PlainManifest = $"""
        app:
          id: {Fit.AppId}
        remotes:
          - key: backend
            baseUrl: https://backend.example.com
            operations: [compute]
        """;

    public Action<WebApplication> Map { get; init; } = app => app.MapForgeInvocation("GET", "/hello", () => new { Hello = "world" });

    public Action<WebApplicationBuilder>? Configure { get; init; }

    public FakeClock Clock { get; init; } = new();

    public Dictionary<string, string?> Settings { get; init; } = [];

    public string Manifest { get; init; } = PlainManifest;

    /// <summary>What the key server answers.</summary>
    public string KeySet { get; init; } = SigningKey.Set(SigningKey.Current);
}
