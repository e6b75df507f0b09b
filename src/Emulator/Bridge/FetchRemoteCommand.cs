using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('fetchRemote', …)</c> of a frontend's <c>requestRemote</c>. In reality the browser itself calls the remote, without
/// the platform in between: here the emulator does the browser's part, and sends the FIT and nothing else of its own.
/// </summary>
internal sealed class FetchRemoteCommand(
    Platform platform, InvocationTokens fits, CallTokens tokens, RemoteClient client, ILogger<FetchRemoteCommand> logger)
{
    public Task<FetchAnswer> RunAsync(Caller caller, JsonElement input, CancellationToken ct) =>
        RunAsync(caller, input, RemoteCallWishes.None, ct);

    public async Task<FetchAnswer> RunAsync(Caller caller, JsonElement input, RemoteCallWishes wishes, CancellationToken ct)
    {
        var remote = RemoteOf(input);
        using var request = Request(remote, input);
        return await SendAsync(caller, remote, request, wishes, ct);
    }

    /// <summary>Sends a request that has everything but the token.</summary>
    public async Task<FetchAnswer> SendAsync(
        Caller caller, Remote remote, HttpRequestMessage request, RemoteCallWishes wishes, CancellationToken ct)
    {
        // A browser sends the token that it holds, until somebody asks for another.
        var (token, problem) = wishes.IsUsual ? (fits.ForBrowser(caller), null) : tokens.Mint(caller, wishes.Fit);
        RemoteClient.Set(request, [("authorization", $"Bearer {token}")]);
        var call = new RemoteCall(RequestKind.Fetch, caller, remote, null)
        {
            BadToken = problem, ReplayOf = wishes.ReplayOf, Begun = wishes.Begun,
        };
        var answer = await client.SendAsync(call, request, ct);
        if (answer.Failure is not null)
        {
            const string Failed = "Failed to fetch";
            answer.Conclude(Failed);
            throw CallRefusedException.Rejection(Failed, answer.Cause);
        }

        answer.Conclude("resolved");
        Log.Answered(logger, request, caller, answer);
        return Answer(answer);
    }

    private HttpRequestMessage Request(Remote remote, JsonElement input)
    {
        var init = input.TryGetProperty("fetchRequestInit", out var given) && given.ValueKind is JsonValueKind.Object
            ? given
            : throw CallRefusedException.Rejection("The payload of \"fetchRemote\" has no fetchRequestInit.");
        var path = init.Text("path") ?? throw CallRefusedException.Rejection("requestRemote needs a path.");
        var url = RemoteAddress.Resolve(platform, remote, path);
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

    /// <summary>An answer as it travels to a page.</summary>
    public static FetchAnswer Answer(RemoteAnswer answer)
    {
        var isAttachment = answer.Body.Length > 0 && IsAttachment(answer);
        return new FetchAnswer(
            isAttachment ? Convert.ToBase64String(answer.Body) : Encoding.UTF8.GetString(answer.Body),
            answer.Headers
                .Where(header => !RemoteClient.IsOfConnection(header.Key))
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value)),
            answer.Status!.Value,
            answer.ReasonPhrase ?? "",
            isAttachment);
    }

    /// <summary>Whether a body travels as base64: what is no text, or is meant to be saved.</summary>
    private static bool IsAttachment(RemoteAnswer answer)
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
            answer.Headers.TryGetValue(name, out var values) && parse(values[0], out var value) ? value : null;
    }

    private delegate bool TryParse<T>(string text, out T? value);
}
