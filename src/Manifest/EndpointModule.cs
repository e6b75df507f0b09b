namespace ForgeOrleans.Manifest;

/// <summary>An endpoint of a remote.</summary>
public sealed record EndpointModule
{
    /// <summary>The key by which other modules name it.</summary>
    public required string Key { get; init; }

    /// <summary>The remote it belongs to; null for one of a container service, which is none of a remote's business.</summary>
    public string? RemoteKey { get; init; }

    /// <summary>Where triggers are delivered, relative to the remote; frontends name their own path with each call.</summary>
    public string? RoutePath { get; init; }

    /// <summary>The tokens it gets when a frontend calls or a trigger fires.</summary>
    public TokenAuth Auth { get; init; } = TokenAuth.None;

    /// <summary>The modules that use it, in the order of the manifest; empty when none does.</summary>
    public IReadOnlyList<EndpointUse> Uses { get; init; } = [];

    /// <summary>The line of the manifest it begins at.</summary>
    public int Line { get; init; }
}
