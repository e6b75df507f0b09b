using System.Text;
using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Sites;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.StaticFiles;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>
/// The app's frontends: <c>/apps</c> lists them, <c>/apps/{site}/{module}?user=</c> shows one in a frame as a product does. The frame is of
/// another origin, as on Forge: the same emulator by its other name, <c>localhost</c> or <c>127.0.0.1</c>.
/// </summary>
internal static partial class FrontendRoutes
{
    private const string Localhost = "localhost";
    private const string Ip4 = "127.0.0.1";
    private const string BridgeScript = "/apps/bridge.js";
    private const string ThemeStyles = "/apps/tokens.css";

    // Of the page itself: nothing but its own files, and the app's frame.
    private const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    public static void MapFrontends(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/apps", (HttpContext http, Platform platform) => Html(http, AppList.Of(platform), PagePolicy));
        routes.MapGet("/apps/{asset}", (string asset) => PageAssets.Get(asset));
        routes.MapGet("/apps/{site}/{module}", ShowPage);
        routes.MapGet("/apps/{site}/{module}/resources/{resource}/{**path}", SendFileAsync);
    }

    private static IResult ShowPage(string site, string module, string? user, HttpContext http, Platform platform, FrontendFiles files, IServer server)
    {
        try
        {
            if (ProblemOfAddress(http.Request, server) is { } problem)
            {
                throw new CallRefusedException(StatusCodes.Status400BadRequest, problem);
            }

            var caller = Caller.Choose(platform, site, user, module);
            var frameOrigin = OtherOriginOf(http.Request);
            var page = new AppPage(platform, caller, files.ProblemOf(platform.Manifest.UiModules.First(known => known.Key == module)), frameOrigin);
            return Html(http, page.Write(), $"{PagePolicy}; frame-src {frameOrigin}");
        }
        catch (CallRefusedException refusal)
        {
            return Html(http, AppPage.Refusal(refusal.Message), PagePolicy, refusal.Status);
        }
    }

    private static async Task<IResult> SendFileAsync(
        string site, string module, string resource, string? path, HttpContext http, Platform platform, FrontendFiles files, CancellationToken ct)
    {
        if (path is null && !http.Request.Path.Value!.EndsWith('/'))
        {
            return Results.Redirect($"{http.Request.PathBase}{http.Request.Path}/");
        }

        if (files.Find(resource, path ?? "") is not { PhysicalPath: { } file })
        {
            throw new CallRefusedException(StatusCodes.Status404NotFound, $"Resource \"{resource}\" has no file \"{path}\".");
        }

        var headers = http.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.Remove("Cross-Origin-Opener-Policy");
        var type = ContentTypes.TryGetContentType(file, out var known) ? known : "application/octet-stream";
        var destination = http.Request.Headers["sec-fetch-dest"].ToString();
        if (type is not "text/html")
        {
            // A worker's script or a framed picture would have no policy but its own.
            headers.ContentSecurityPolicy = Policy("");
            return TypedResults.PhysicalFile(file, type is "text/javascript" or "text/css" ? $"{type}; charset=utf-8" : type);
        }

        // Without the page around it an app has no bridge.
        if (destination is "document")
        {
            return Results.Redirect($"/apps/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(module)}");
        }

        var html = await File.ReadAllTextAsync(file, ct);
        return Html(http, destination is "" or "iframe" ? WithBridge(html) : html, Policy(html));

        string Policy(string html)
        {
            var origin = $"{http.Request.Scheme}://{http.Request.Host}";
            var folder = $"{origin}/apps/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(module)}/resources/{Uri.EscapeDataString(resource)}/";
            return new FrontendPolicy(platform).For(
                Caller.SiteOf(platform, site, null), OtherOriginOf(http.Request), folder, [origin + BridgeScript, origin + ThemeStyles], html);
        }
    }

    private static IResult Html(HttpContext http, string html, string policy, int status = StatusCodes.Status200OK)
    {
        http.Response.Headers.ContentSecurityPolicy = policy;
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Text(html, "text/html", Encoding.UTF8, status);
    }

    /// <summary>The script that <c>@forge/bridge</c> needs, before any of the app's.</summary>
    private static string WithBridge(string html)
    {
        const string Script = $"<script src=\"{BridgeScript}\"></script>";
        return Head().Match(html) is { Success: true } head ? html.Insert(head.Index + head.Length, Script)
            : Doctype().Match(html) is { Success: true } doctype ? html.Insert(doctype.Index + doctype.Length, Script)
            : Script + html;
    }

    /// <summary>
    /// The emulator by its other name, at which the app's page is as strange to the page around it as on Forge: of a page the origin of its
    /// frame, of a frame that of its page.
    /// </summary>
    private static string OtherOriginOf(HttpRequest request)
    {
        var host = request.Host;
        return $"{request.Scheme}://{(IsLocalhost(host.Host) ? Ip4 : Localhost)}{(host.Port is { } port ? $":{port}" : "")}";
    }

    /// <summary>Why an app can't be shown at the address that was asked; null where it can.</summary>
    private static string? ProblemOfAddress(HttpRequest request, IServer server)
    {
        var host = request.Host.Host;
        var listens = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .Select(address => new Uri(address)).FirstOrDefault(address => IsLocalhost(address.Host) || address.Host is Ip4);
        return listens is null
                ? "An app's frame is of the emulator's other name, 127.0.0.1 or localhost, and it listens at neither: start it with --urls http://127.0.0.1:4001."
            : IsLocalhost(host) || host is Ip4 ? null
            : $"An app's frame is of another origin than its page, and a policy can't name {host}: open http://{Ip4}:{listens.Port}{request.Path}{request.QueryString} instead.";
    }

    private static bool IsLocalhost(string host) => host.Equals(Localhost, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"<head(\s[^>]*)?>", RegexOptions.IgnoreCase)]
    private static partial Regex Head();

    [GeneratedRegex(@"^\s*<!doctype[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Doctype();
}
