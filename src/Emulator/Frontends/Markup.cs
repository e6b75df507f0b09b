using System.Text.Encodings.Web;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>Pieces of the pages.</summary>
internal static class Markup
{
    public const string ColorsButton =
        """
        <button class="icon-button" type="button" data-toggle-colors aria-label="Switch between light and dark">
          <svg class="when-light" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="M21 12.8A9 9 0 1 1 11.2 3a7 7 0 0 0 9.8 9.8z"/></svg>
          <svg class="when-dark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><circle cx="12" cy="12" r="4.5"/><path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4"/></svg>
        </button>
        """;

    /// <summary>The bar of pages that belong to the emulator, not to a product.</summary>
    public static readonly string Bar =
        $"""<header class="bar"><a class="brand" href="/apps">{ProductIcon("jira")}Forge emulator</a><div class="session">{ColorsButton}</div></header>""";

    private const int Degrees = 360;

    public static string Head(string title) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Escape(title)}</title>
        <link rel="icon" href="data:,">
        <script src="/apps/theme.js"></script>
        <link rel="stylesheet" href="/apps/tokens.css">
        <link rel="stylesheet" href="/apps/page.css">
        </head>
        """;

    public static string Escape(string text) => HtmlEncoder.Default.Encode(text);

    public static string PageUrl(string site, string module, string user) =>
        $"/apps/{Uri.EscapeDataString(site)}/{Uri.EscapeDataString(module)}?user={Uri.EscapeDataString(user)}";

    public static string Avatar(User? user) => user is null
        ? """<span class="avatar nobody" aria-hidden="true">–</span>"""
        : Avatar(user.Name, "avatar");

    public static string Avatar(string name, string kind)
    {
        var initials = string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => word[0]));
        var hue = (int)(StableId.FractionOf("hue", name) * Degrees);
        return $"""<span class="{kind}" style="--hue:{hue}" aria-hidden="true">{Escape(initials)}</span>""";
    }

    public static string ProductName(string product) => product is "jira" ? "Jira" : "Confluence";

    public static string ProductIcon(string product) => product is "jira"
        ? """<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="5" fill="#1868DB"/><path d="M6.5 7h3.2v7.4H6.5zM11 7h3.2v10H11zM15.5 7h2.9v4.8h-2.9z" fill="#fff"/></svg>"""
        : """<svg viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="5" fill="#1868DB"/><path d="M6.5 6.5h11v2.4h-11zM6.5 10.8h11v2.4h-11zM6.5 15.1h7v2.4h-7z" fill="#fff"/></svg>""";
}
