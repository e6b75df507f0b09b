namespace ForgeOrleans.Manifest;

/// <summary>A backend outside of Forge.</summary>
public sealed record Remote
{
    /// <summary>The key by which endpoints and callers name it.</summary>
    public required string Key { get; init; }

    /// <summary>Where it is (of a remote by region: the default); null for one that an administrator configures.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>What it is used for: <c>compute</c>, <c>fetch</c>, <c>storage</c>, <c>other</c>.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>The tokens it gets when a Forge function calls.</summary>
    public TokenAuth Auth { get; init; } = TokenAuth.None;
}
