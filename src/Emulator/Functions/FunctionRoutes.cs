using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Manifest;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Functions;

/// <summary>
/// What stands behind <c>globalThis.__forge_fetch__({type: 'frc', remote}, path, init)</c> of a Forge function: the same request to
/// <c>/frc/{remote}{path}</c>. The answer is the remote's, whatever its status; <c>forge-proxy-error</c> marks the platform's own.
/// </summary>
internal static class FunctionRoutes
{
    private const string Prefix = "/frc/";

    public static void MapFunctions(this IEndpointRouteBuilder routes) => routes.Map(Prefix + "{remoteKey}/{**path}", InvokeAsync);

    private static async Task InvokeAsync(
        string remoteKey, HttpContext http, Platform platform, PlatformHeaders headers, RemoteClient client, ILogger<RemoteClient> logger)
    {
        if (platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == remoteKey) is not { } remote)
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, "INVALID_REMOTE", $"The manifest has no remote \"{remoteKey}\".");
            return;
        }

        if (!remote.Operations.Contains("compute"))
        {
            await RefuseAsync(
                http,
                StatusCodes.Status400BadRequest,
                "INVALID_REMOTE",
                $"Remote \"{remoteKey}\" lacks the operation \"compute\" in the manifest.");
            return;
        }

        var caller = Caller.Of(http.Request, platform);
        using var request = Request(http, platform, remote);
        RemoteClient.Set(request, headers.For(caller, remote.Auth, fromFunction: true));
        await SendAsync(request, caller, http, platform, client, logger);
    }

    private static async Task SendAsync(
        HttpRequestMessage request, Caller caller, HttpContext http, Platform platform, RemoteClient client, ILogger logger)
    {
        var ct = http.RequestAborted;
        using var limit = new CancellationTokenSource(PlatformLimits.Invocation, platform.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        var started = platform.Clock.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            var status = (int)response.StatusCode;
            Log.Answered(logger, request.Method, request.RequestUri!.PathAndQuery, caller, status, platform.Clock.GetElapsedTime(started));
            http.Response.StatusCode = status;
            foreach (var (name, values) in RemoteClient.Headers(response).Where(header => !RemoteClient.IsOfConnection(header.Key)))
            {
                http.Response.Headers[name] = values;
            }

            await http.Response.Body.WriteAsync(body, ct);
        }
        catch (Exception) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            await RefuseAsync(http, StatusCodes.Status504GatewayTimeout, "TIMEOUT", "The remote did not answer in time.");
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            var message = cause.InnerException?.Message ?? cause.Message;
            await RefuseAsync(http, StatusCodes.Status502BadGateway, "REMOTE_NETWORK_ERROR", message);
        }
    }

    private static HttpRequestMessage Request(HttpContext http, Platform platform, Remote remote)
    {
        var path = PathBehindKey(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), RemoteAddress.Resolve(platform, remote, path));
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true)
        {
            request.Content = new StreamContent(http.Request.Body);
            request.Content.Headers.ContentLength = http.Request.ContentLength;
        }

        foreach (var (name, values) in http.Request.Headers.Where(header => !IsChoiceOfCaller(header.Key)))
        {
            RemoteClient.PassOn(request, name, values);
        }

        return request;
    }

    /// <summary>The path as it was sent: the one that routing decoded has lost what was escaped in it.</summary>
    private static string PathBehindKey(string target) =>
        target.AsSpan(Prefix.Length).IndexOfAny('/', '?') is >= 0 and var index ? target[(Prefix.Length + index)..] : "";

    private static bool IsChoiceOfCaller(string name) => name.StartsWith(Caller.HeaderPrefix, StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpContext http, int status, string error, string message)
    {
        http.Response.StatusCode = status;
        http.Response.Headers["forge-proxy-error"] = error;
        return http.Response.WriteAsJsonAsync(new { message });
    }
}
