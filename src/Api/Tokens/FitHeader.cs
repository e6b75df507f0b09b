using System.Buffers.Text;
using System.Text.Json;

namespace ForgeOrleans.Api.Tokens;

/// <summary>Reads the header of a token more strictly than the standard asks: a FIT's has an algorithm, a key id and nothing that could bend what follows.</summary>
internal static class FitHeader
{
    private const int LargestHeader = 2_048;

    /// <summary>Returns the key id of a header that is as it should be, or why it is not.</summary>
    public static (string? KeyId, FitRejection? Rejection) Read(ReadOnlySpan<char> encoded)
    {
        if (encoded.Length is 0 or > LargestHeader)
            return (null, FitRejection.Malformed);
        Span<byte> json = stackalloc byte[LargestHeader];
        try
        {
            return Base64Url.TryDecodeFromChars(encoded, json, out var length) ? Read(json[..length]) : (null, FitRejection.Malformed);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return (null, FitRejection.Malformed);
        }
    }

    private static (string? KeyId, FitRejection? Rejection) Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        string? keyId = null;
        var seen = new HashSet<string>(4, StringComparer.Ordinal);
        var rs256 = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return (null, FitRejection.Malformed);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name))
                return (null, FitRejection.Malformed);
            reader.Read();
            switch (name)
            {
                case "alg":
                    rs256 = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("RS256"u8);
                    break;
                case "kid":
                    keyId = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                    break;
                // 'crit' demands extensions that are not known here; the others bring or name a key, compress, or encrypt.
                case "crit" or "b64" or "jwk" or "jku" or "x5u" or "x5c" or "x5t" or "x5t#S256" or "enc" or "zip":
                    return (null, FitRejection.Header);
            }
            reader.Skip();
        }
        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
            return (null, FitRejection.Malformed);
        return (rs256, keyId) switch
        {
            (false, _) => (null, FitRejection.Algorithm),
            (_, null or "" or { Length: > 200 }) => (null, FitRejection.UnknownKey),
            _ => (keyId, null),
        };
    }
}
