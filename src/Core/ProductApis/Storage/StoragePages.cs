using System.Runtime.CompilerServices;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Reads page after page.</summary>
internal static class StoragePages
{
    public static async IAsyncEnumerable<StorageEntry<T>> EntriesAsync<T>(
        Func<string?, CancellationToken, Task<StoragePage<T>>> readPage, string? cursor, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await readPage(cursor, cancellationToken);
            foreach (var entry in page.Entries)
                yield return entry;
            // A page may be empty and still have a cursor; the same one again would never end.
            if (page.Cursor is not null && page.Cursor == cursor)
                throw StorageCalls.Odd(path);
            cursor = page.Cursor;
        }
        while (cursor is not null);
    }
}
