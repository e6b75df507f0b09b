using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>The form in which <c>@forge/bridge</c> packs a <c>fetch</c> for its journey, and in which it wants the answer (contract section 12).</summary>
internal static class BridgeFetch
{
    public static JsonElement Init(JsonElement input, string command) =>
        input.TryGetProperty("fetchRequestInit", out var given) && given.ValueKind is JsonValueKind.Object
            ? given
            : throw CallRefusedException.Rejection($"The payload of \"{command}\" has no fetchRequestInit.");

    public static bool IsMultipart(JsonElement input) =>
        input.TryGetProperty("isMultipartFormData", out var flag) && flag.ValueKind is JsonValueKind.True;

    public static HttpRequestMessage Request(Uri url, JsonElement init, bool isMultipart)
    {
        var request = new HttpRequestMessage(CallMethod.Of(init.Text("method")), url)
        {
            Content = init.Text("body") is not { } body ? null
                : isMultipart ? MultipartForm.Rebuild(body)
                : new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };

        foreach (var (name, value) in HeaderPairs(init))
        {
            // The content type of a form that was packed for the bridge is that of the packing.
            if (!(isMultipart && name.Equals("content-type", StringComparison.OrdinalIgnoreCase)))
            {
                RemoteClient.PassOn(request, name, [value]);
            }
        }

        return request;
    }

    /// <param name="status">The answer's status.</param>
    /// <param name="reason">The status in words, if the answer has any.</param>
    /// <param name="headers">The answer's headers, by their names in lower case.</param>
    /// <param name="body">The answer's body.</param>
    public static FetchAnswer Answer(int status, string? reason, IReadOnlyDictionary<string, string[]> headers, byte[] body)
    {
        var isAttachment = body.Length > 0 && IsAttachment(headers);
        return new FetchAnswer(
            isAttachment ? Convert.ToBase64String(body) : Encoding.UTF8.GetString(body),
            headers
                .Where(header => !RemoteClient.IsOfConnection(header.Key))
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            status,
            reason ?? "",
            isAttachment);
    }

    private static IEnumerable<(string Name, string Value)> HeaderPairs(JsonElement init) =>
        init.TryGetProperty("headers", out var headers) && headers.ValueKind is JsonValueKind.Array
            ? headers.EnumerateArray()
                .Where(pair => pair.ValueKind is JsonValueKind.Array && pair.GetArrayLength() is 2)
                .Select(pair => (pair[0].ToString(), pair[1].ToString()))
            : init.Object("headers").Select(header => (header.Name, header.Value.ToString()));

    /// <summary>Whether a body travels as base64: what is no text, or is meant to be saved.</summary>
    private static bool IsAttachment(IReadOnlyDictionary<string, string[]> headers)
    {
        if (Header<ContentDispositionHeaderValue>("content-disposition", ContentDispositionHeaderValue.TryParse)?.DispositionType
            is DispositionTypeNames.Attachment)
        {
            return true;
        }

        var type = Header<MediaTypeHeaderValue>("content-type", MediaTypeHeaderValue.TryParse)?.MediaType?.ToLowerInvariant();
        return type is not null
            && !type.StartsWith("text/", StringComparison.Ordinal)
            && !type.EndsWith("json", StringComparison.Ordinal)
            && !type.EndsWith("xml", StringComparison.Ordinal)
            && type is not ("application/javascript" or "application/x-www-form-urlencoded" or "application/x-ndjson");

        T? Header<T>(string name, TryParse<T> parse)
            where T : class =>
            headers.TryGetValue(name, out var values) && parse(values[0], out var value) ? value : null;
    }

    private delegate bool TryParse<T>(string text, out T? value);
}
