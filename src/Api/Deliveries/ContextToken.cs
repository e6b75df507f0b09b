using System.Text.Json;
using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>
/// A token that the platform puts into some bodies (contract section 1). Nobody needs it, the next delivery of the same event may have another, and
/// tokens are not stored.
/// </summary>
internal static class ContextToken
{
    private static ReadOnlySpan<byte> Name => "contextToken"u8;

    private static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    /// <summary>Takes it out, wherever it is; all else stays as it was sent, byte by byte.</summary>
    /// <exception cref="JsonException">This is no JSON, or nested too deep.</exception>
    public static byte[] RemoveFrom(byte[] json)
    {
        // Its name may be spelled with escapes.
        if (json.AsSpan().IndexOf(Name) < 0 && !json.AsSpan().Contains((byte)'\\'))
            return json;
        var kept = new byte[json.Length];
        var (length, from) = (0, 0);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = WorkItem.DeepestPayload });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(Name))
                continue;
            length = Append(json.AsSpan(from..(int)reader.TokenStartIndex), kept, length);
            reader.Skip();
            from = (int)reader.BytesConsumed;
            var next = json.AsSpan(from).IndexOfAnyExcept(Space);
            // The comma behind it goes with it; at the end of an object, the one before.
            if (next >= 0 && json[from + next] == ',')
                from += next + 1;
            else
                length = WithoutComma(kept.AsSpan(0, length));
        }
        length = Append(json.AsSpan(from), kept, length);
        return kept[..length];
    }

    private static int Append(ReadOnlySpan<byte> part, byte[] kept, int length)
    {
        part.CopyTo(kept.AsSpan(length));
        return length + part.Length;
    }

    private static int WithoutComma(ReadOnlySpan<byte> kept)
    {
        var trimmed = kept.TrimEnd(Space);
        return trimmed is [.., (byte)','] ? trimmed.Length - 1 : kept.Length;
    }
}
