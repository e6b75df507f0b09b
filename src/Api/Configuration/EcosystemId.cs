namespace ForgeOrleans.Api.Configuration;

/// <summary>Reads the identifiers of the platform: <c>ari:cloud:ecosystem::app/&lt;uuid&gt;</c> and the like.</summary>
internal static class EcosystemId
{
    /// <summary>Returns the uuid of an identifier in lowercase, or null when it is not of this kind.</summary>
    /// <param name="kind">What the identifier names: <c>app</c>, <c>installation</c>, <c>environment</c>.</param>
    /// <param name="identifier">The identifier.</param>
    public static string? Uuid(string kind, ReadOnlySpan<char> identifier)
    {
        const string start = "ari:cloud:ecosystem::";
        if (!identifier.StartsWith(start, StringComparison.Ordinal))
            return null;
        identifier = identifier[start.Length..];
        if (!identifier.StartsWith(kind, StringComparison.Ordinal) || identifier.Length <= kind.Length || identifier[kind.Length] != '/')
            return null;
        return Uuid(identifier[(kind.Length + 1)..]);
    }

    /// <summary>Returns a bare uuid in lowercase, or null.</summary>
    public static string? Uuid(ReadOnlySpan<char> text) => Guid.TryParseExact(text, "D", out var uuid) ? uuid.ToString("D") : null;
}
