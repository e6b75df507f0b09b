using System.ComponentModel;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Functions;

/// <summary>
/// What stands behind <c>globalThis.__forge_fetch__({type: 'frc', remote}, path, init)</c> of a Forge function: the same request to
/// <c>/frc/{remote}{path}</c>. The answer is the remote's, whatever its status; <c>forge-proxy-error</c> marks the platform's own.
/// </summary>
internal static class FunctionRoutes
{
    private const string Prefix = "/frc/";
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public static void MapFunctions(this IEndpointRouteBuilder routes) => routes
        .MapMethods(Prefix + "{remoteKey}/{**path}", Methods, InvokeAsync)
        .Described("Calling the remote", "invokeRemote of a Forge function: the answer is the remote's, or has the header forge-proxy-error")
        .Reads(ParameterLocation.Path, ("path", "The path at the remote."))
        .Reads(
            ParameterLocation.Header,
            ("x-emulator-site", "The id of the site; without it the first."),
            ("x-emulator-user", "The account id, or anonymous; without it the first user."))
        .Produces(200)
        .Refuses(400, 404, 409, 502, 504);

    private static async Task InvokeAsync(
        [Description("The remote's key.")] string remoteKey, HttpContext http, Platform platform, FunctionCommand command)
    {
        var (remote, problem) = command.RemoteOf(remoteKey);
        if (remote is null)
        {
            await RefuseAsync(http, problem!);
            return;
        }

        var caller = Caller.Of(http.Request, platform);
        using var request = await RequestAsync(http, platform, remote);
        var (answer, error) = await command.SendAsync(caller, remote, request, RemoteCallWishes.None, http.RequestAborted);
        if (error is not null)
        {
            await RefuseAsync(http, error);
            return;
        }

        http.Response.StatusCode = answer.Status!.Value;
        foreach (var (name, values) in answer.Headers.Where(header => !RemoteClient.IsOfConnection(header.Key)))
        {
            http.Response.Headers[name] = values;
        }

        http.Response.Headers.Confine();
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private static async Task<HttpRequestMessage> RequestAsync(HttpContext http, Platform platform, Remote remote)
    {
        var path = PathBehindKey(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), RemoteAddress.Resolve(platform, remote, path));
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
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

    private static Task RefuseAsync(HttpContext http, ProxyError error)
    {
        http.Response.StatusCode = error.Status;
        http.Response.Headers["forge-proxy-error"] = error.Code;
        return http.Response.WriteAsJsonAsync(new { message = error.Message });
    }
}
