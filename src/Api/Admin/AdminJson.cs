using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Admin;

/// <summary>How the admin API writes: always the same, whatever a vendor has configured for handlers.</summary>
internal static class AdminJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // Read by people in a terminal, and never put into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static Task AnswerAsync<T>(this HttpContext context, T answer) =>
        context.Response.WriteAsJsonAsync(answer, Options, "application/json", context.RequestAborted);

    /// <exception cref="ForgeException">The body is not JSON, or not what is expected.</exception>
    public static async Task<T> ReadAsync<T>(this HttpContext context) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Options, context.RequestAborted) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "The request's body is not the JSON that is expected here; docs/admin.md describes it.", e);
        }
    }

    /// <summary>Makes JSON of bytes that are JSON; none are null.</summary>
    public static JsonElement? Element(ReadOnlyMemory<byte> utf8) => utf8.IsEmpty ? null : JsonElement.Parse(utf8.Span);

    /// <summary>The UTF-8 that an element was read from.</summary>
    public static ReadOnlySpan<byte> Utf8(this JsonElement element) => JsonMarshal.GetRawUtf8Value(element);
}
