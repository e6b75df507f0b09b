using System.Buffers;

namespace ForgeOrleans.Documents;

/// <summary>What a document and its names may be. The same everywhere: what one storage takes and another does not is refused on all of them.</summary>
internal static class DocumentLimits
{
    private static readonly SearchValues<char> CollectionCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <exception cref="ArgumentException">The name is not one of a collection.</exception>
    public static void CheckCollection(string name)
    {
        if (name.Length is 0 or > SiteState.LongestCollection || name.AsSpan().ContainsAnyExcept(CollectionCharacters))
            throw new ArgumentException(
                $"'{name}' cannot name a collection: use 1 to {SiteState.LongestCollection} letters, digits, dots, underscores and hyphens.",
                nameof(name));
    }

    /// <exception cref="ForgeException">The key is empty, too long, or has characters that cannot be stored.</exception>
    public static void Check(DocumentName name)
    {
        if (name.Key.Length is 0 or > SiteState.LongestKey || !IsStorable(name.Key))
            throw new ForgeException(
                ForgeErrorCode.InvalidRequest,
                $"A document's key has 1 to {SiteState.LongestKey} characters, none of them a control character; this one has {name.Key.Length}.");
    }

    /// <exception cref="ForgeException">The document is too large.</exception>
    public static void Check(DocumentChange change)
    {
        if (change.Utf8Json is { Length: > SiteState.LargestDocument } json)
            throw new ForgeException(
                ForgeErrorCode.PayloadTooLarge,
                $"A document has at most {SiteState.LargestDocument:N0} bytes of JSON; this one has {json.Length:N0}.");
    }

    // PostgreSQL has no NUL, UTF-8 no lone surrogates.
    private static bool IsStorable(string key)
    {
        for (var i = 0; i < key.Length; i++)
        {
            if (char.IsControl(key[i]) || char.IsLowSurrogate(key[i]))
                return false;
            if (char.IsHighSurrogate(key[i]) && (++i == key.Length || !char.IsLowSurrogate(key[i])))
                return false;
        }
        return true;
    }
}
