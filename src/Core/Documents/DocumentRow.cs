using System.Buffers.Text;

namespace ForgeOrleans.Documents;

/// <summary>A document's row: <c>{"version":7,"document":…}</c>, read by position because nothing else writes it.</summary>
internal static class DocumentRow
{
    private static ReadOnlySpan<byte> BeforeVersion => "{\"version\":"u8;

    private static ReadOnlySpan<byte> BeforeDocument => ",\"document\":"u8;

    public static string Name(DocumentName name) => $"document/{name.Collection}/{name.Key}";

    public static byte[] Write(long version, ReadOnlySpan<byte> json)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(version, digits, out var length);
        return [.. BeforeVersion, .. digits[..length], .. BeforeDocument, .. json, (byte)'}'];
    }

    public static StoredDocument Read(string key, ReadOnlyMemory<byte> row)
    {
        if (row.Span.StartsWith(BeforeVersion)
            && Utf8Parser.TryParse(row.Span[BeforeVersion.Length..], out long version, out var length)
            && row.Span[(BeforeVersion.Length + length)..].StartsWith(BeforeDocument))
            return new(key, version, row[(BeforeVersion.Length + length + BeforeDocument.Length)..^1]);
        throw new InvalidDataException($"The stored document '{key}' is not in the form that this version writes.");
    }

}
