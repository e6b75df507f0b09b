namespace ForgeOrleans.Testing;

/// <summary>What is special about a call; everything is optional.</summary>
public sealed record CallOptions
{
    /// <summary>The module of the manifest that it comes from; without it the first with a resolver endpoint.</summary>
    public string? Module { get; init; }

    /// <summary>The remote that it goes to, where the caller says so: <c>requestRemote</c> and functions. Without it the first.</summary>
    public string? Remote { get; init; }

    /// <summary>Headers that the frontend or the function sends.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What to change of its token; null for a good one.</summary>
    public TokenChanges? Token { get; init; }
}
