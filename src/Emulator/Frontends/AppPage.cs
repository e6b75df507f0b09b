using System.Text;
using System.Text.Json;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Frontends;

/// <summary>The page around an app, such as a product has: the site, the product, the module, and who is in session.</summary>
internal sealed class AppPage(Platform platform, Caller caller, FrontendProblem? problem, string frameOrigin)
{
    public const string Nobody = "anonymous";

    private readonly UiModule _module = platform.Manifest.UiModules.First(module => module.Key == caller.Module.Key);

    private string Title => _module.Title ?? _module.Key;

    private string UserId => caller.User?.AccountId ?? Nobody;

    private Site Site => caller.Site;

    /// <summary>A page that says why there is none.</summary>
    public static string Refusal(string message) =>
        $"""
        {Markup.Head("No such app")}
        <body>{Markup.Bar}<main class="list"><div class="notice"><h2>There is no app to show here</h2><p>{Markup.Escape(message)}</p><p><a href="/apps">All apps</a></p></div></main></body>
        </html>
        """;

    public string Write() =>
        $"""
        {Markup.Head($"{Title} – {Markup.ProductName(caller.Module.Product)}")}
        <body class="product">
        <header class="bar">
        <a class="brand" href="/apps">{Markup.ProductIcon(caller.Module.Product)}{Markup.ProductName(caller.Module.Product)} <span class="badge">Emulated</span></a>
        <div class="session">
        <div class="choice"><select data-go aria-label="Site">{Options(Sites())}</select></div>
        <div class="choice person">{Markup.Avatar(caller.User)}<select data-go aria-label="Who is in session">{Options(Users())}</select></div>
        {Markup.ColorsButton}
        </div>
        </header>
        <div class="below">
        <div class="side">
        <div class="place">{Markup.Avatar(Site.Name, "avatar square")}<div><strong>{Markup.Escape(Site.Name)}</strong><small>{Markup.Escape(new Uri(Site.Url).Host)}</small></div></div>
        <nav aria-label="Modules of the app">{Modules()}</nav>
        <footer><a href="/apps">All sites and users</a></footer>
        </div>
        <main class="app">
        <nav class="crumbs" aria-label="Breadcrumbs"><ol>{Crumbs()}</ol></nav>
        <h1>{Markup.Escape(Title)}</h1>
        {Content()}
        </main>
        </div>
        <div id="flags" role="region" aria-label="Messages"></div>
        <template id="flag"><div class="flag"><span class="flag-icon" aria-hidden="true"></span><strong class="flag-title"></strong><button class="icon-button flag-close" type="button" aria-label="Dismiss">✕</button><p class="flag-text"></p><div class="flag-actions"></div></div></template>
        <script type="application/json" id="setting">{Setting()}</script>
        <script type="module" src="/apps/page.js"></script>
        </body>
        </html>
        """;

    private string Content() => problem is null
        ? $"""<iframe id="app" name="app" title="{Markup.Escape(Title)}"></iframe>"""
        : $"""
        <div class="notice"><h2>{Markup.Escape(problem.Title)}</h2><p>{Markup.Escape(problem.Explanation)}</p>{(problem.Command is { } command ? $"<pre><code>{Markup.Escape(command)}</code></pre>" : "")}</div>
        """;

    private IEnumerable<(string Url, string Text, bool IsChosen)> Sites() => platform.Sites.Select(site =>
    {
        // Who works on both sites stays in session.
        var user = site.Users.FirstOrDefault(user => user.AccountId == UserId)?.AccountId ?? (caller.User is null ? Nobody : site.Users[0].AccountId);
        return (Markup.PageUrl(site.Id, _module.Key, user), site.Name, site.Id == Site.Id);
    });

    private IEnumerable<(string Url, string Text, bool IsChosen)> Users() => Site.Users
        .Select(user => (Markup.PageUrl(Site.Id, _module.Key, user.AccountId), user.Name, user.AccountId == UserId))
        .Append((Markup.PageUrl(Site.Id, _module.Key, Nobody), "Nobody", caller.User is null));

    private static string Options(IEnumerable<(string Url, string Text, bool IsChosen)> options) => string.Concat(options.Select(option =>
        $"""<option value="{Markup.Escape(option.Url)}"{(option.IsChosen ? " selected" : "")}>{Markup.Escape(option.Text)}</option>"""));

    private string Modules()
    {
        var text = new StringBuilder();
        foreach (var product in platform.Manifest.UiModules.GroupBy(module => AppModule.Choose(platform.Manifest, module.Key).Product))
        {
            text.Append($"<h2>{Markup.ProductName(product.Key)}</h2>");
            foreach (var module in product)
            {
                var current = module.Key == _module.Key ? " aria-current=\"page\"" : "";
                text.Append($"<a href=\"{Markup.Escape(Markup.PageUrl(Site.Id, module.Key, UserId))}\"{current}>");
                text.Append($"{Markup.Escape(module.Title ?? module.Key)}<small>{Markup.Escape(module.Type)}</small></a>");
            }
        }

        return text.ToString();
    }

    private string Crumbs()
    {
        var extension = ModuleExtension.Of(platform, Site, caller.Module);
        var content = platform.Contents.Of(Site);
        IEnumerable<string> crumbs = extension switch
        {
            _ when extension.ContainsKey("issue") => ["Projects", content.Projects[0].Name, extension["issue"]!["key"]!.GetValue<string>()],
            _ when extension.ContainsKey("project") => ["Projects", content.Projects[0].Name],
            _ when extension.ContainsKey("content") => ["Spaces", content.Spaces[0].Name, content.Pages[0].Title],
            _ when extension.ContainsKey("space") => ["Spaces", content.Spaces[0].Name],
            _ => [Site.Name],
        };
        return string.Concat(crumbs.Select(crumb => $"<li>{Markup.Escape(crumb)}</li>"));
    }

    // With its angle brackets escaped, JSON can't end the element that it stands in.
    private string Setting() => JsonSerializer.Serialize(new
    {
        site = Site.Id,
        siteUrl = Site.Url,
        user = UserId,
        title = Title,
        resource = _module.ResourceKey,
        modules = platform.Manifest.UiModules.Select(module => module.Key),
        query = $"site={Uri.EscapeDataString(Site.Id)}&user={Uri.EscapeDataString(UserId)}&module={Uri.EscapeDataString(_module.Key)}",
        frameOrigin,
        frameBase = $"{frameOrigin}/apps/{Uri.EscapeDataString(Site.Id)}/{Uri.EscapeDataString(_module.Key)}/resources/",
    });
}
