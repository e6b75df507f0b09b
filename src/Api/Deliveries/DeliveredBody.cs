using System.Text.Json;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>The body of a delivery.</summary>
/// <param name="Json">As JSON.</param>
/// <param name="Utf8">As it is stored: without the platform's own token.</param>
internal sealed record DeliveredBody(JsonElement Json, ReadOnlyMemory<byte> Utf8)
{
    // A token that the platform puts into some bodies (contract section 1); nobody needs it, and tokens are not stored.
    private const string ContextToken = "contextToken";

    /// <exception cref="ForgeException">The body is no JSON object, or too large.</exception>
    public static async Task<DeliveredBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        if (bytes.Length > WorkItem.LargestPayload)
            throw new ForgeException(ForgeErrorCode.PayloadTooLarge, $"A delivery's body has at most {WorkItem.LargestPayload:N0} bytes; this one has {bytes.Length:N0}.");
        var utf8 = bytes.ToArray();
        try
        {
            // A trigger may come without anything to say.
            var json = JsonElement.Parse(utf8.Length == 0 ? "{}"u8 : utf8);
            return json.ValueKind == JsonValueKind.Object
                ? new(json, json.TryGetProperty(ContextToken, out _) ? WithoutToken(json) : utf8.Length == 0 ? "{}"u8.ToArray() : utf8)
                : throw new ForgeException(ForgeErrorCode.InvalidRequest, "A delivery's body is a JSON object.");
        }
        catch (JsonException e)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "A delivery's body is JSON; this one cannot be read.", e);
        }
    }

    private static byte[] WithoutToken(JsonElement json)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject())
                if (member.Name != ContextToken)
                    member.WriteTo(writer);
            writer.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
