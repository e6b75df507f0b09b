using System.Text.Json;
using System.Text.Json.Serialization;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Grains;

/// <summary>Carries an access token from silo to silo, which is the only place where one is ever serialized.</summary>
internal sealed class TokenOnTheWire : JsonConverter<AccessToken>
{
    private const string Malformed = "A message's access token is not in the form that this version reads.";

    public override AccessToken Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read() || !reader.TryGetInt64(out var expiry) || !reader.Read())
            throw new JsonException(Malformed);
        var token = new AccessToken(reader.GetBytesFromBase64(), DateTimeOffset.FromUnixTimeMilliseconds(expiry));
        // What a newer version may have put behind.
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            reader.Skip();
        return token;
    }

    public override void Write(Utf8JsonWriter writer, AccessToken value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(value.ExpiresAt.ToUnixTimeMilliseconds());
        writer.WriteBase64StringValue(value.Utf8);
        writer.WriteEndArray();
    }
}
