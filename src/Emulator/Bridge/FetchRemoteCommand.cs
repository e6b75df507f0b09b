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
        Log.Answered(logger, caller, answer);
        return BridgeFetch.Answer(answer.Status!.Value, answer.ReasonPhrase, answer.Headers, answer.Body);
    }

    private HttpRequestMessage Request(Remote remote, JsonElement input)
    {
        var init = BridgeFetch.Init(input, "fetchRemote");
        var path = init.Text("path") ?? throw CallRefusedException.Rejection("requestRemote needs a path.");
        var url = RemoteAddress.Resolve(platform, remote, path);
        return BridgeFetch.Request(url, init, BridgeFetch.IsMultipart(input));
    }

    private Remote RemoteOf(JsonElement input)
    {
        var key = input.Text("remoteKey");
        var remotes = platform.Manifest.Remotes;
        return remotes.FirstOrDefault(remote => remote.Key == key) ?? throw CallRefusedException.Rejection(
            $"The manifest has no remote \"{key}\". Its remotes: {string.Join(", ", remotes.Select(remote => remote.Key))}.");
    }
}
