using System.Net.Mime;
using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('fetchRemote', …)</c> of a frontend's <c>requestRemote</c>. In reality the browser itself calls the remote, without
/// the platform in between: here the emulator does the browser's part, and sends the FIT and nothing else of its own.
/// </summary>
internal sealed class FetchRemoteCommand(Platform platform, InvocationTokens fits, RemoteClient client, ILogger<FetchRemoteCommand> logger)
{
    public async Task<object> RunAsync(Caller caller, JsonElement input, CancellationToken ct)
    {
        using var request = Request(caller, input);
        var started = platform.Clock.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);
            var status = (int)response.StatusCode;
            Log.Answered(logger, request.Method, request.RequestUri!.PathAndQuery, caller, status, platform.Clock.GetElapsedTime(started));
            return Answer(response, body);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw CallRefusedException.Rejection("Failed to fetch", cause.InnerException?.Message ?? cause.Message);
        }
    }

    private HttpRequestMessage Request(Caller caller, JsonElement input)
    {
        var init = input.TryGetProperty("fetchRequestInit", out var given) && given.ValueKind is JsonValueKind.Object
            ? given
            : throw CallRefusedException.Rejection("The payload of \"fetchRemote\" has no fetchRequestInit.");
        var path = init.Text("path") ?? throw CallRefusedException.Rejection("requestRemote needs a path.");
        var url = RemoteAddress.Resolve(platform, RemoteOf(input), path);
        var isMultipart = input.TryGetProperty("isMultipartFormData", out var flag) && flag.ValueKind is JsonValueKind.True;
        var request = new HttpRequestMessage(new HttpMethod(init.Text("method") ?? "GET"), url)
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

        RemoteClient.Set(request, [("authorization", $"Bearer {fits.ForBrowser(caller)}")]);
        return request;
    }

    private Remote RemoteOf(JsonElement input)
    {
        var key = input.Text("remoteKey");
        var remotes = platform.Manifest.Remotes;
        return remotes.FirstOrDefault(remote => remote.Key == key) ?? throw CallRefusedException.Rejection(
            $"The manifest has no remote \"{key}\". Its remotes: {string.Join(", ", remotes.Select(remote => remote.Key))}.");
    }

    private static IEnumerable<(string Name, string Value)> HeaderPairs(JsonElement init) =>
        init.TryGetProperty("headers", out var headers) && headers.ValueKind is JsonValueKind.Array
            ? headers.EnumerateArray()
                .Where(pair => pair.ValueKind is JsonValueKind.Array && pair.GetArrayLength() is 2)
                .Select(pair => (pair[0].ToString(), pair[1].ToString()))
            : init.Object("headers").Select(header => (header.Name, header.Value.ToString()));

    private static object Answer(HttpResponseMessage response, byte[] body)
    {
        var isAttachment = body.Length > 0 && IsAttachment(response);
        return new
        {
            body = isAttachment ? Convert.ToBase64String(body) : Encoding.UTF8.GetString(body),
            headers = RemoteClient.Headers(response)
                .Where(header => !RemoteClient.IsOfConnection(header.Key))
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            status = (int)response.StatusCode,
            statusText = response.ReasonPhrase ?? "",
            isAttachment,
        };
    }

    /// <summary>Whether a body travels as base64: what is no text, or is meant to be saved.</summary>
    private static bool IsAttachment(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentDisposition?.DispositionType is DispositionTypeNames.Attachment)
        {
            return true;
        }

        var type = response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();
        return type is not null
            && !type.StartsWith("text/", StringComparison.Ordinal)
            && !type.EndsWith("json", StringComparison.Ordinal)
            && !type.EndsWith("xml", StringComparison.Ordinal)
            && type is not ("application/javascript" or "application/x-www-form-urlencoded" or "application/x-ndjson");
    }
}
