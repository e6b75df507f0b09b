using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>What the platform makes of a remote's response.</summary>
internal static class ResponseVerdict
{
    private const string Json = "application/json";
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = 1000 };

    /// <summary><c>{success, payload}</c> or <c>{success, error}</c>: both resolve. Everything else throws, that is, rejects.</summary>
    public static object Of(HttpResponseMessage response, byte[] body, Rejections rejections)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.Unauthorized)
        {
            throw Rejections.NotVerified();
        }

        var headers = RemoteClient.Headers(response);
        if (!response.IsSuccessStatusCode && headers.TryGetValue("content-type", out var contentType) && !IsJson(contentType))
        {
            throw rejections.WrongContentType(string.Join(", ", contentType), status);
        }

        if (body.Length is 0 && response.IsSuccessStatusCode)
        {
            return new { success = true, payload = new { status, headers } };
        }

        var parsed = Parse(body) ?? throw rejections.NotJson(status);
        return response.IsSuccessStatusCode
            ? new { success = true, payload = new { status, headers, body = parsed } }
            : new { success = false, error = new { status, headers, body = parsed } };
    }

    private static bool IsJson(string[] contentType) =>
        contentType is [var single]
        && MediaTypeHeaderValue.TryParse(single, out var type)
        && Json.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            // By way of a string, as JavaScript does it: bytes that are no UTF-8 are replaced, not refused.
            return JsonDocument.Parse(Encoding.UTF8.GetString(body).TrimStart('\uFEFF'), Lenient).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
