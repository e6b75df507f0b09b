using System.Buffers;
using ForgeOrleans.Work;

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

    /// <exception cref="ArgumentException">Something is no job of its own.</exception>
    /// <exception cref="ForgeException">An item, or all of them together, are beyond a limit.</exception>
    public static void Check(IReadOnlyCollection<WorkItem> work)
    {
        foreach (var item in work)
        {
            if (item.Kind != WorkKind.Job || item.ItemId.Length == 0)
                throw new ArgumentException($"The {item} cannot be committed with documents: make it with SiteWork.Job.", nameof(work));
            WorkLimits.Check(item);
        }
        if (work.DistinctBy(item => item.ItemId).Count() < work.Count)
            throw new ArgumentException("A commit takes each item of work once: make another with SiteWork.Job.", nameof(work));
        var bytes = work.Sum(item => (long)item.Payload.Length);
        if (bytes > SiteState.LargestWork)
            throw new ForgeException(
                ForgeErrorCode.PayloadTooLarge,
                $"The payloads of work in one commit have at most {SiteState.LargestWork:N0} bytes of JSON together; these have {bytes:N0}.");
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
