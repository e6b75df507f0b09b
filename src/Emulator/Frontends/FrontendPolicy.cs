using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>
/// The Content-Security-Policy of an app's page: the one that Forge's own package <c>@forge/csp</c> 6.3 makes of a manifest, with two
/// differences. In place of <c>'self'</c> it names the folder of the resource, as this origin has more than the app; and of the hosts that
/// belong to Atlassian it has those of images alone.
/// </summary>
internal sealed partial class FrontendPolicy(Platform platform)
{
    private const string Sandbox =
        "allow-popups allow-popups-to-escape-sandbox allow-downloads allow-forms allow-modals allow-pointer-lock allow-same-origin allow-scripts";

    private static readonly string[] ContentScripts = ["unsafe-inline", "unsafe-eval", "unsafe-hashes", "blob:"];

    private static readonly string[] ImageHosts =
    [
        "https://secure.gravatar.com", "https://images.unsplash.com", "https://api.atlassian.com", "https://api.media.atlassian.com",
        "https://assets-media.atlassian.com", "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net",
        "https://pf-emoji-service.prod-east.frontend.public.atl-paas.net",
    ];

    /// <param name="site">The site that the app is shown on.</param>
    /// <param name="page">The origin of the page around the app, which alone may frame it: what frames it is its bridge.</param>
    /// <param name="folder">The URL of the app's folder.</param>
    /// <param name="ofEmulator">The URLs of what the emulator itself adds to the page.</param>
    /// <param name="html">The page, whose own inline scripts are let through by their hashes.</param>
    public string For(Site site, string page, string folder, IReadOnlyList<string> ofEmulator, string html)
    {
        var may = platform.Manifest.Frontend;
        return string.Join("; ",
        [
            Directive("default-src", folder),
            Directive("frame-ancestors", ["'self'", page]),
            Directive("frame-src", [folder, site.Url, .. Addresses(may.Frames)]),
            Directive("font-src", [folder, .. Addresses(may.Fonts)]),
            Directive("img-src", [folder, "data:", "blob:", site.Url, .. ImageHosts, .. Addresses(may.Images)]),
            Directive("media-src", [folder, "data:", "blob:", site.Url, .. Addresses(may.Media)]),
            Directive("connect-src", [folder, .. Addresses(may.FetchByClient)]),
            Directive("script-src", [folder, .. ofEmulator, .. Scripts(may, html), .. Addresses(may.Scripts)]),
            Directive("style-src", [folder, .. ofEmulator, .. Styles(may), .. Addresses(may.Styles)]),
            Directive("form-action", folder),
            Directive("sandbox", Sandbox),
        ]);
    }

    private static string Directive(string name, params IEnumerable<string> sources) => $"{name} {string.Join(' ', sources)}";

    private IEnumerable<string> Addresses(IReadOnlyList<ExternalAddress> addresses) => addresses
        .Select(address => address.RemoteKey is { } key ? OriginOf(key) : address.Address)
        .OfType<string>()
        // What has a semicolon or a space would be a directive of its own.
        .Where(address => Source().IsMatch(address));

    private string? OriginOf(string remoteKey) =>
        platform.Manifest.Remotes.FirstOrDefault(remote => remote.Key == remoteKey) is { } remote
            ? platform.AddressOf(remote)?.GetLeftPart(UriPartial.Authority)
            : null;

    private static IEnumerable<string> Scripts(FrontendPermissions may, string html)
    {
        var allowed = may.ContentScripts.Where(script => ContentScripts.Contains(script) || Hash().IsMatch(script)).ToList();
        var hashes = allowed.Contains("unsafe-inline") ? [] : InlineScript().Matches(html)
            .Where(script => script.Groups["code"].Length > 0)
            .Select(script => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(AsParsed(script.Groups["code"].Value))))}");
        return allowed.Concat(hashes).Distinct().Select(source => source is "blob:" ? source : $"'{source}'");
    }

    /// <summary>As a browser has it: HTML's parser knows one kind of line end.</summary>
    private static string AsParsed(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static IEnumerable<string> Styles(FrontendPermissions may) =>
        may.ContentStyles.Where(style => style is "unsafe-inline").Select(style => $"'{style}'");

    [GeneratedRegex(@"^[^\s;,'""]+$")]
    private static partial Regex Source();

    [GeneratedRegex(@"^sha(256|384|512)-[a-zA-Z0-9=+/]+$")]
    private static partial Regex Hash();

    [GeneratedRegex(@"<script(?![^>]*\ssrc\s*=)[^>]*>(?<code>.*?)</script\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex InlineScript();
}
