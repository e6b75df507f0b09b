using System.Text;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>The list of all sites, modules and users: each a link to the app as that user sees it.</summary>
internal static class AppList
{
    public static string Of(Platform platform)
    {
        var text = new StringBuilder(Markup.Head("Apps on the emulated platform"));
        text.Append("<body>").Append(Markup.Bar);
        text.Append("<main class=\"list\"><h1>Your app, as its users see it</h1>");
        text.Append("<p>Choose a site, a module and who is in session. Every call of the frontend goes to your remote as the platform would send it.</p>");
        foreach (var site in platform.Sites)
        {
            text.Append($"<section class=\"site\"><header>{Markup.Avatar(site.Name, "avatar square")}<div><h2>{Markup.Escape(site.Name)}</h2>");
            text.Append($"<small>{Markup.Escape(new Uri(site.Url).Host)}</small></div></header>");
            text.Append(site.IsInstalled ? Modules(platform.Manifest, site) : NotInstalled(site));
            text.Append("</section>");
        }

        return text.Append("</main></body></html>").ToString();
    }

    private static string Modules(AppManifest manifest, Site site) => manifest.UiModules.Count is 0
        ? "<p>The manifest has no module with a user interface.</p>"
        : $"<div class=\"cards\">{string.Concat(manifest.UiModules.Select(module => Card(manifest, site, module)))}</div>";

    private static string Card(AppManifest manifest, Site site, UiModule module)
    {
        var product = Markup.ProductName(AppModule.Choose(manifest, module.Key).Product);
        var people = site.Users.Select(user =>
            $"<li><a href=\"{Markup.Escape(Markup.PageUrl(site.Id, module.Key, user.AccountId))}\">{Markup.Avatar(user)}{Markup.Escape(user.Name)}</a></li>");
        return $"""
            <article class="card"><h3>{Markup.Escape(module.Title ?? module.Key)} in {product}</h3><small>{Markup.Escape(module.Type)}, {Markup.Escape(module.Key)}</small><ul class="people">{string.Concat(people)}</ul></article>
            """;
    }

    private static string NotInstalled(Site site) =>
        $"<p>The app is not installed here. <code>POST /sites/{Markup.Escape(site.Id)}/install</code> installs it.</p>";
}
