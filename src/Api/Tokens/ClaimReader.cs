using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Api.Tokens;

/// <summary>
/// Reads a token's payload in one pass, more strictly than the standard asks: a name that comes twice in one object, at any depth, refuses
/// the token, since two readers could see two different claims. What is large, <c>app</c> and <c>context</c>, is only located.
/// </summary>
internal ref struct ClaimReader(ReadOnlySpan<byte> json)
{
    private const int Deepest = 64;

    private readonly ReadOnlySpan<byte> _json = json;
    private Utf8JsonReader _reader = new(json, new JsonReaderOptions { MaxDepth = Deepest });

    /// <summary>Reads the claims.</summary>
    /// <exception cref="JsonException">It is no JSON object, or a claim comes twice or is of another type than it must be.</exception>
    /// <exception cref="InvalidOperationException">A string is not valid UTF-8.</exception>
    public FitClaims Read()
    {
        var claims = new FitClaims();
        _reader.Read();
        Demand(_reader.TokenType == JsonTokenType.StartObject);
        Span<NameAt> room = stackalloc NameAt[16];
        var names = new NameList(room);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(_json, in _reader);
            ReadClaim(claims);
        }
        Demand(_reader.TokenType == JsonTokenType.EndObject && !_reader.Read());
        return claims;
    }

    private void ReadClaim(FitClaims claims)
    {
        if (_reader.ValueTextEquals("app"u8))
            claims.App = Object();
        else if (_reader.ValueTextEquals("context"u8))
            claims.Context = Object();
        else if (_reader.ValueTextEquals("iss"u8))
            claims.Issuer = Text();
        else if (_reader.ValueTextEquals("aud"u8))
            claims.Audience = Audience();
        else if (_reader.ValueTextEquals("exp"u8))
            claims.Expires = Number();
        else if (_reader.ValueTextEquals("nbf"u8))
            claims.NotBefore = Number();
        else if (_reader.ValueTextEquals("iat"u8))
            claims.IssuedAt = Number();
        else if (_reader.ValueTextEquals("jti"u8))
            claims.TokenId = Text();
        else if (_reader.ValueTextEquals("principal"u8))
            claims.Principal = Text();
        else if (_reader.ValueTextEquals("icLabel"u8))
            claims.IcLabel = Text();
        else
            Skip();
    }

    private string? Text()
    {
        _reader.Read();
        Demand(_reader.TokenType is JsonTokenType.String or JsonTokenType.Null);
        return _reader.GetString();
    }

    private double? Number()
    {
        _reader.Read();
        Demand(_reader.TokenType is JsonTokenType.Number or JsonTokenType.Null);
        return _reader.TokenType == JsonTokenType.Null ? null : _reader.GetDouble();
    }

    // A token is for one app: a list of audiences is refused unless it has one element.
    private string? Audience()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            Demand(_reader.TokenType == JsonTokenType.String);
            return _reader.GetString();
        }
        _reader.Read();
        Demand(_reader.TokenType == JsonTokenType.String);
        var audience = _reader.GetString();
        _reader.Read();
        Demand(_reader.TokenType == JsonTokenType.EndArray);
        return audience;
    }

    private Range? Object()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
            return null;
        Demand(_reader.TokenType == JsonTokenType.StartObject);
        var start = (int)_reader.TokenStartIndex;
        SkipObject();
        return start..(int)_reader.BytesConsumed;
    }

    private void Skip()
    {
        _reader.Read();
        SkipValue();
    }

    private void SkipValue()
    {
        if (_reader.TokenType == JsonTokenType.StartObject)
            SkipObject();
        else if (_reader.TokenType == JsonTokenType.StartArray)
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                SkipValue();
    }

    private void SkipObject()
    {
        Span<NameAt> room = stackalloc NameAt[16];
        var names = new NameList(room);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(_json, in _reader);
            Skip();
        }
    }

    private static void Demand(bool isSo)
    {
        if (!isSo)
            throw new JsonException();
    }

    /// <summary>Where a name stands in the payload.</summary>
    private readonly record struct NameAt(int Start, int Length);

    /// <summary>
    /// The names of one object so far. A few are compared as they are written; many, or one that is written with escapes, as what they mean.
    /// </summary>
    private ref struct NameList(Span<NameAt> room)
    {
        private readonly Span<NameAt> _names = room;
        private int _count;
        private HashSet<string>? _many;

        public void Add(scoped ReadOnlySpan<byte> json, scoped in Utf8JsonReader reader)
        {
            if (_many is null && (reader.ValueIsEscaped || _count == _names.Length))
            {
                _many = new(StringComparer.Ordinal);
                foreach (var name in _names[.._count])
                    _many.Add(Encoding.UTF8.GetString(json.Slice(name.Start, name.Length)));
            }
            if (_many is not null)
            {
                Demand(_many.Add(reader.GetString()!));
                return;
            }
            foreach (var other in _names[.._count])
                Demand(other.Length != reader.ValueSpan.Length || !json.Slice(other.Start, other.Length).SequenceEqual(reader.ValueSpan));
            // The token starts with the opening quote.
            _names[_count++] = new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }
    }
}
