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
            return BridgeFetch.Answer(response, body);
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            throw CallRefusedException.Rejection("Failed to fetch", cause.InnerException?.Message ?? cause.Message);
        }
    }

    private HttpRequestMessage Request(Caller caller, JsonElement input)
    {
        var init = BridgeFetch.Init(input, "fetchRemote");
        var path = init.Text("path") ?? throw CallRefusedException.Rejection("requestRemote needs a path.");
        var url = RemoteAddress.Resolve(platform, RemoteOf(input), path);
        var request = BridgeFetch.Request(url, init, BridgeFetch.IsMultipart(input));
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
}
