namespace ForgeOrleans.Verification.Playing;

/// <summary>What a request shows at a door, good or bad.</summary>
/// <param name="Authorization">The header's value; null for none.</param>
internal sealed record Credentials(string? Authorization)
{
    /// <summary>More headers that could be taken for credentials.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>A query without its question mark.</summary>
    public string? Query { get; init; }

    /// <summary>Which one of several it is, for the report.</summary>
    public string? Note { get; init; }

    /// <summary>Tokens among them that no answer may repeat.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public static Credentials Bearer(string token, string? note = null) => new($"Bearer {token}") { Note = note };
}
