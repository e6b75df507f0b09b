using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Invocations;

/// <summary>
/// An access token that the platform sent along (contract section 5). It cannot be printed, serialized by accident or logged: the only way
/// out is <see cref="Authorize"/>.
/// </summary>
[JsonConverter(typeof(AccessTokenJson))]
public sealed class AccessToken
{
    /// <summary>How long a token is taken to last when its own expiry cannot be read (contract section 5).</summary>
    public static readonly TimeSpan AssumedLifetime = TimeSpan.FromMinutes(55);

    /// <summary>The longest that the platform lets a token last (contract section 5); a claim beyond it is not believed.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(4);

    /// <summary>A token is not handed out any more when it has less than this left, so that it does not expire on its way.</summary>
    public static readonly TimeSpan SafetyMargin = TimeSpan.FromSeconds(60);

    private readonly ReadOnlyMemory<byte> _utf8;

    /// <summary>A token whose expiry is known.</summary>
    /// <param name="utf8">The token's characters; the memory must not change afterwards.</param>
    /// <param name="expiresAt">When it expires.</param>
    public AccessToken(ReadOnlyMemory<byte> utf8, DateTimeOffset expiresAt) => (_utf8, ExpiresAt) = (utf8, expiresAt);

    /// <summary>When the token expires.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>Takes a token from a request header and reads its expiry, unverified, which is all that may be read of it.</summary>
    /// <param name="header">The header's value, without a scheme.</param>
    /// <param name="receivedAt">When it came.</param>
    public static AccessToken Receive(string header, DateTimeOffset receivedAt)
    {
        var latest = receivedAt + LongestLifetime;
        var expiresAt = ReadExpiry(header) ?? receivedAt + AssumedLifetime;
        return new(Encoding.UTF8.GetBytes(header), expiresAt < latest ? expiresAt : latest);
    }

    /// <summary>Whether the token may still be handed out.</summary>
    /// <param name="now">The time.</param>
    public bool IsUsable(DateTimeOffset now) => now < ExpiresAt - SafetyMargin;

    /// <summary>Whether this is the token in the header, compared without decoding either.</summary>
    /// <param name="header">A header's value.</param>
    public bool Is(string header) => Ascii.Equals(_utf8.Span, header);

    /// <summary>Whether another one is the same token.</summary>
    internal bool IsSame(AccessToken other) => _utf8.Span.SequenceEqual(other._utf8.Span);

    /// <summary>Puts the token on a request, as its bearer. The caller has made sure that the request goes to where the token is for.</summary>
    /// <param name="request">The request.</param>
    public void Authorize(HttpRequestMessage request) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(_utf8.Span));

    /// <summary>Says that it is a token and when it expires, nothing else.</summary>
    public override string ToString() => $"AccessToken (expires {ExpiresAt:O})";

    /// <summary>The bytes, for the cipher that stores them.</summary>
    internal ReadOnlySpan<byte> Utf8 => _utf8.Span;

    private static DateTimeOffset? ReadExpiry(ReadOnlySpan<char> token)
    {
        if (token.Count('.') != 2)
            return null;
        var payload = token[(token.IndexOf('.') + 1)..token.LastIndexOf('.')];
        try
        {
            var reader = new Utf8JsonReader(Base64Url.DecodeFromChars(payload));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isExpiry = reader.ValueTextEquals("exp"u8);
                reader.Read();
                if (isExpiry)
                    return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) ? UnixTime(seconds) : null;
                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // Opaque by contract: a token that is no JWT is as good as any other.
        }
        return null;
    }

    private static DateTimeOffset? UnixTime(long seconds) =>
        seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    [SuppressMessage("Performance", "CA1812", Justification = "Created by the attribute above.")]
    private sealed class AccessTokenJson : JsonConverter<AccessToken>
    {
        private const string Refusal = "An access token is never serialized: it would end up in a response, a log or a document.";

        public override AccessToken Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException(Refusal);

        public override void Write(Utf8JsonWriter writer, AccessToken value, JsonSerializerOptions options) =>
            throw new NotSupportedException(Refusal);
    }
}
