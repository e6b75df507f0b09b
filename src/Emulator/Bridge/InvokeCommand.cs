using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>
/// <c>callBridge('invoke', …)</c> of a frontend's <c>invokeRemote</c>: the platform sends the call to the remote of the module's
/// resolver endpoint and judges the response.
/// </summary>
internal sealed class InvokeCommand(
    Platform platform, PlatformHeaders headers, CallTokens tokens, RemoteClient client, ILogger<InvokeCommand> logger)
{
    public const string RemoteInvokeType = "ui-remote-fetch";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public Task<InvokeAnswer> RunAsync(Caller caller, JsonElement input, CancellationToken ct) =>
        RunAsync(caller, input, RemoteCallWishes.None, ct);

    public async Task<InvokeAnswer> RunAsync(Caller caller, JsonElement input, RemoteCallWishes wishes, CancellationToken ct)
    {
        CheckInvokeType(input);
        var (endpoint, remote) = Target(caller);
        using var request = Request(remote, input);
        return await SendAsync(caller, endpoint, remote, request, wishes, ct);
    }

    /// <summary>Sends a request that has everything but the platform's own headers.</summary>
    public Task<InvokeAnswer> SendAsync(Caller caller, HttpRequestMessage request, RemoteCallWishes wishes, CancellationToken ct)
    {
        var (endpoint, remote) = Target(caller);
        return SendAsync(caller, endpoint, remote, request, wishes, ct);
    }

    private async Task<InvokeAnswer> SendAsync(
        Caller caller, EndpointModule endpoint, Remote remote, HttpRequestMessage request, RemoteCallWishes wishes, CancellationToken ct)
    {
        var (token, problem) = tokens.Mint(caller, wishes.Fit);
        RemoteClient.Set(request, headers.With(token, caller, endpoint.Auth));
        var call = new RemoteCall(RequestKind.Invoke, caller, remote, PlatformLimits.Invocation)
        {
            BadToken = problem,
            ReplayOf = wishes.ReplayOf,
            Begun = wishes.Begun,
            LargestAnswer = PlatformLimits.ResponseBytes,
        };
        var answer = await client.SendAsync(call, request, ct);
        try
        {
            var verdict = ResponseVerdict.Of(answer, new Rejections(platform.Wording));
            answer.Conclude("resolved");
            Log.Answered(logger, caller, answer);
            return verdict;
        }
        catch (CallRefusedException rejection)
        {
            answer.Conclude(rejection.Message);
            throw;
        }
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

    private HttpRequestMessage Request(Remote remote, JsonElement input)
    {
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

        return request;
    }

    private (EndpointModule Endpoint, Remote Remote) Target(Caller caller)
    {
        var endpoint = platform.Manifest.Endpoints.FirstOrDefault(endpoint => endpoint.Key == caller.Module.ResolverEndpointKey)
            ?? throw CallRefusedException.Rejection(
                $"Module \"{caller.Module.Key}\" has no resolver with an endpoint: give it one in the manifest.");
        var remote = platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == endpoint.RemoteKey)
            ?? throw CallRefusedException.Rejection($"Endpoint \"{endpoint.Key}\" is a container's, not a remote's.");
        return (endpoint, remote);
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
}
