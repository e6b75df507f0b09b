using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>A body as the feed keeps it.</summary>
/// <param name="Start">The beginning, at most <see cref="Most"/> bytes.</param>
/// <param name="Bytes">How long it was in all.</param>
internal sealed record KeptBody(ReadOnlyMemory<byte> Start, long Bytes)
{
    /// <summary>How many bytes are kept.</summary>
    public const int Most = 64 * 1024;

    public static readonly KeptBody None = new(ReadOnlyMemory<byte>.Empty, 0);

    public bool IsTruncated => Start.Length < Bytes;

    /// <summary>Keeps the beginning of a body that is held anyway only if it is short: a long one would be held for it.</summary>
    public static KeptBody Of(byte[] body) => new(body.Length <= Most ? body : body.AsMemory(0, Most).ToArray(), body.Length);

    /// <summary>Keeps the beginning of a body that is about to be sent, and is held in memory.</summary>
    public static KeptBody Of(HttpContent? content)
    {
        if (content is not ByteArrayContent)
        {
            return None;
        }

        // A view of the bytes, which copies none.
        using var all = content.ReadAsStream();
        var start = new byte[Math.Min(Most, all.Length)];
        all.ReadExactly(start);
        return new KeptBody(start, all.Length);
    }

    /// <summary>As a text for people: without tokens, and no more of a picture than its size.</summary>
    public string Text(string? contentType) => Bytes is 0 ? ""
        : IsText(contentType) ? TokenMask.Hide(Encoding.UTF8.GetString(Start.Span))
        : string.Create(CultureInfo.InvariantCulture, $"({Bytes:N0} bytes of {contentType ?? "an unknown type"})");

    private bool IsText(string? contentType)
    {
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType?.ToLowerInvariant() : null;
        return type switch
        {
            null => !Start.Span.Contains((byte)0),
            _ when type.StartsWith("text/", StringComparison.Ordinal) => true,
            _ when type.EndsWith("json", StringComparison.Ordinal) || type.EndsWith("xml", StringComparison.Ordinal) => true,
            _ when type.StartsWith("multipart/", StringComparison.Ordinal) => !Start.Span.Contains((byte)0),
            _ => type is "application/javascript" or "application/x-www-form-urlencoded" or "application/x-ndjson",
        };
    }
}
