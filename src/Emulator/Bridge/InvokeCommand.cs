using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('invoke', …)</c> of a frontend's <c>invokeRemote</c>: the platform sends the call to the remote of the module's
/// resolver endpoint and judges the response.
/// </summary>
internal sealed class InvokeCommand(Platform platform, PlatformHeaders headers, RemoteClient client, ILogger<InvokeCommand> logger)
{
    private const string RemoteInvokeType = "ui-remote-fetch";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public async Task<object> RunAsync(Caller caller, JsonElement input, CancellationToken ct)
    {
        CheckInvokeType(input);
        using var request = Request(caller, input);
        var started = platform.Clock.GetTimestamp();
        var (status, answer) = await SendAsync(request, ct);
        Log.Answered(logger, request.Method, request.RequestUri!.PathAndQuery, caller, status, platform.Clock.GetElapsedTime(started));
        return answer;
    }

    private static void CheckInvokeType(JsonElement input)
    {
        if (input.Text("functionKey") is { } function)
        {
            throw CallRefusedException.Rejection(
                $"invoke(\"{function}\") calls a Forge function, and the emulator runs none: only invokeRemote reaches a remote.");
        }

        if (input.Text("invokeType") is var type and not RemoteInvokeType)
        {
            throw CallRefusedException.Rejection(type is null
                ? $"The payload of \"invoke\" has no invokeType: invokeRemote of @forge/bridge sends \"{RemoteInvokeType}\"."
                : $"The emulator knows the invokeType \"{RemoteInvokeType}\" only, not \"{type}\".");
        }
    }

    private HttpRequestMessage Request(Caller caller, JsonElement input)
    {
        var endpoint = platform.Manifest.Endpoints.FirstOrDefault(endpoint => endpoint.Key == caller.Module.ResolverEndpointKey)
            ?? throw CallRefusedException.Rejection(
                $"Module \"{caller.Module.Key}\" has no resolver with an endpoint: give it one in the manifest.");
        var remote = platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == endpoint.RemoteKey)
            ?? throw CallRefusedException.Rejection($"Endpoint \"{endpoint.Key}\" is a container's, not a remote's.");
        var path = input.Text("path") ?? throw CallRefusedException.Rejection("invokeRemote needs a path.");
        var method = input.Text("method") ?? "GET";
        if (!Methods.Contains(method))
        {
            throw CallRefusedException.Rejection($"invokeRemote knows the methods {string.Join(", ", Methods)}, not \"{method}\".");
        }

        var url = RemoteAddress.Resolve(platform, remote, path);
        var request = new HttpRequestMessage(new HttpMethod(method), url) { Content = Body(input) };
        foreach (var header in input.Object("headers"))
        {
            RemoteClient.PassOn(request, header.Name, header.Value.Texts());
        }

        if (request.Content is { Headers.ContentType: null } content && !content.Headers.NonValidated.Contains("content-type"))
        {
            content.Headers.TryAddWithoutValidation("content-type", "application/json");
        }

        RemoteClient.Set(request, headers.For(caller, endpoint.Auth));
        return request;
    }

    private static ByteArrayContent? Body(JsonElement input)
    {
        if (!input.TryGetProperty("body", out var body) || body.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        // A caller that has already made JSON of it passes a string, as it would to fetch.
        var bytes = Encoding.UTF8.GetBytes(body.ValueKind is JsonValueKind.String ? body.GetString()! : body.GetRawText());
        return bytes.Length <= PlatformLimits.RequestBytes
            ? new ByteArrayContent(bytes)
            : throw Rejections.Unexpected($"the request body has {bytes.Length} bytes of at most {PlatformLimits.RequestBytes}");
    }

    private async Task<(int Status, object Answer)> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(PlatformLimits.Invocation, platform.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var rejections = new Rejections(platform.Wording);
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            var body = await ReadAsync(response.Content, either.Token);
            var verdict = ResponseVerdict.Of(response, body, rejections);
            return ((int)response.StatusCode, verdict);
        }
        catch (Exception cause) when (limit.IsCancellationRequested && !ct.IsCancellationRequested && cause is not CallRefusedException)
        {
            throw Rejections.TimedOut(PlatformLimits.Invocation);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw rejections.NetworkError(cause.InnerException?.Message ?? cause.Message);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        while (await stream.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if (body.Length + read > PlatformLimits.ResponseBytes)
            {
                throw Rejections.Unexpected($"the response body is larger than the platform's {PlatformLimits.ResponseBytes} bytes");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
