using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Functions;

/// <summary><c>invokeRemote</c> of <c>@forge/api</c>: the answer is the remote's, whatever its status.</summary>
internal sealed class FunctionCommand(
    Platform platform, PlatformHeaders headers, CallTokens tokens, RemoteClient client, ILogger<RemoteClient> logger)
{
    private const string InvalidRemote = "INVALID_REMOTE";

    /// <summary>The remote with a key, or why a function can't call it.</summary>
    public (Remote? Remote, ProxyError? Error) RemoteOf(string? key)
    {
        if (platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == key) is not { } remote)
        {
            return (null, new ProxyError(StatusCodes.Status404NotFound, InvalidRemote, $"The manifest has no remote \"{key}\"."));
        }

        return remote.Operations.Contains("compute") ? (remote, null) : (null, new ProxyError(
            StatusCodes.Status400BadRequest, InvalidRemote, $"Remote \"{key}\" lacks the operation \"compute\" in the manifest."));
    }

    /// <summary>Sends a request that has everything but the platform's own headers.</summary>
    public async Task<(RemoteAnswer Answer, ProxyError? Error)> SendAsync(
        Caller caller, Remote remote, HttpRequestMessage request, RemoteCallWishes wishes, CancellationToken ct)
    {
        var (token, problem) = tokens.Mint(caller, wishes.Fit, fromFunction: true);
        RemoteClient.Set(request, headers.With(token, caller, remote.Auth));
        var call = new RemoteCall(RequestKind.Function, caller, remote, PlatformLimits.Invocation)
        {
            BadToken = problem, ReplayOf = wishes.ReplayOf, Begun = wishes.Begun,
        };
        var answer = await client.SendAsync(call, request, ct);
        var error = answer.Failure switch
        {
            null => null,
            RemoteFailure.TimedOut =>
                new ProxyError(StatusCodes.Status504GatewayTimeout, "TIMEOUT", "The remote did not answer in time."),
            _ => new ProxyError(StatusCodes.Status502BadGateway, "REMOTE_NETWORK_ERROR", answer.Cause!),
        };
        answer.Conclude(error is null ? "resolved" : $"{error.Code}: {error.Message}");
        if (error is null)
        {
            Log.Answered(logger, caller, answer);
        }

        return (answer, error);
    }
}

/// <summary>An error of the platform's own, which <c>forge-proxy-error</c> marks.</summary>
internal sealed record ProxyError(int Status, string Code, string Message);
