using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Tests;

/// <summary>An app's files, their policy, and the products behind the bridge, without a browser.</summary>
public sealed class FrontendTests : IDisposable
{
    private const string Files = "/apps/acme/page/resources/main/";
    private const string Page = "<!DOCTYPE html>\n<html><head lang=en><meta charset=utf-8><script>1</script><script src=\"./a.js\"></script></head><body>ü</body></html>";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("frontend-");

    public FrontendTests()
    {
        Write("manifest.yml", """
            app: { id: ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107 }
            remotes: [{ key: backend }]
            modules:
              jira:projectPage:
                - { key: page, title: "<b>Mine</b>", resource: main }
              jira:issuePanel:
                - { key: other, resource: missing }
            resources:
              - { key: main, path: ui/dist }
              - { key: missing, path: ui/missing }
            permissions:
              scopes: [read:jira-user]
              content: { styles: [unsafe-inline, "x; script-src *"] }
              external:
                images: [images.example.com, "evil.example; script-src *"]
                fetch: { client: [{ remote: backend }] }
            """);
        Write("ui/package.json", "{}");
        Write("ui/dist/index.html", Page);
        Write("ui/dist/assets/app.js", "export {};");
        Write("ui/dist/assets/font.woff2", "x");
        Write("ui/dist/.hidden", "x");
    }

    [Fact]
    public async Task A_bundles_page_gets_the_bridge_before_any_script_of_its_own()
    {
        await using var scene = await StartAsync();
        var html = await scene.Client.GetStringAsync(Files);
        html.ShouldBe(Page.Replace("<head lang=en>", "<head lang=en><script src=\"/apps/bridge.js\"></script>", StringComparison.Ordinal));
        (await scene.Client.GetStringAsync("/apps/bridge.js")).ShouldContain("__bridge");
    }

    [Fact]
    public async Task A_bundles_files_have_their_types_and_nothing_else_is_sent()
    {
        await using var scene = await StartAsync();
        (await TypeAsync("assets/app.js")).ShouldBe("text/javascript; charset=utf-8");
        (await TypeAsync("assets/font.woff2")).ShouldBe("font/woff2");
        string[] refused = ["assets/", "assets", ".hidden", "nothing.js", "../package.json", "%2e%2e/package.json", "..%2fpackage.json", "%2fetc%2fpasswd", "assets/..%5c..%5cpackage.json"];
        foreach (var path in refused)
        {
            // As it stands: a client would walk up by itself.
            var url = $"{scene.Emulator.Url.GetLeftPart(UriPartial.Authority)}{Files}{path}";
            using var response = await scene.Client.GetAsync(new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        async Task<string> TypeAsync(string path)
        {
            using var response = await scene.Client.GetAsync(Files + path);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            return response.Content.Headers.ContentType!.ToString();
        }
    }

    [Fact]
    public async Task A_bundles_page_has_the_policy_that_forge_makes_of_the_manifest()
    {
        await using var scene = await StartAsync();
        using var response = await scene.Client.GetAsync(Files);
        var policy = response.Headers.GetValues("content-security-policy").Single();
        var origin = scene.Emulator.Url.GetLeftPart(UriPartial.Authority);
        Directive("default-src").ShouldBe([origin + Files]);
        Directive("script-src").ShouldBe(
            [origin + Files, $"{origin}/apps/bridge.js", $"{origin}/apps/tokens.css", "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"]);
        Directive("style-src").ShouldBe([origin + Files, $"{origin}/apps/bridge.js", $"{origin}/apps/tokens.css", "'unsafe-inline'"]);
        Directive("img-src").ShouldContain("images.example.com");
        Directive("connect-src").ShouldBe([origin + Files, scene.Remote.Url.GetLeftPart(UriPartial.Authority)]);
        policy.ShouldNotContain("evil.example");

        string[] Directive(string name) =>
            [.. policy.Split("; ").Single(directive => directive.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ').Skip(1)];
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("localhost", "127.0.0.1")]
    public async Task Only_the_emulators_own_page_may_frame_an_app_and_nobody_that_page(string name, string other)
    {
        await using var scene = await StartAsync();
        var port = scene.Emulator.Url.Port;
        (await PolicyAsync(Files)).ShouldContain($"; frame-ancestors 'self' http://{other}:{port};");
        (await PolicyAsync(Files + "assets/app.js")).ShouldContain($"; frame-ancestors 'self' http://{other}:{port};");
        (await PolicyAsync("/apps/acme/page")).ShouldEndWith($"frame-ancestors 'none'; frame-src http://{other}:{port}");
        (await PolicyAsync("/apps")).ShouldEndWith("frame-ancestors 'none'");

        async Task<string> PolicyAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = $"{name}:{port}";
            using var response = await scene.Client.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            return response.Headers.GetValues("content-security-policy").Single();
        }
    }

    [Fact]
    public async Task An_address_that_no_policy_can_name_leads_to_one_that_it_can()
    {
        await using var scene = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/apps/acme/page?user=anonymous");
        request.Headers.Host = "[::1]:4001";
        using var response = await scene.Client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync())
            .ShouldContain($"open http://127.0.0.1:{scene.Emulator.Url.Port}/apps/acme/page?user=anonymous instead");
    }

    [Fact]
    public async Task An_emulator_that_has_no_other_name_says_how_to_start_it()
    {
        await using var scene = await StartAsync("http://[::1]:0");
        using var response = await scene.Client.GetAsync("/apps/acme/page");
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("--urls http://127.0.0.1:4001");
    }

    [Theory]
    [InlineData("iframe", true)]
    [InlineData("empty", false)]
    public async Task Html_that_an_app_fetches_is_as_it_was_built(string destination, bool isPage)
    {
        await using var scene = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Files);
        request.Headers.Add("sec-fetch-dest", destination);
        using var response = await scene.Client.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).Contains("bridge.js", StringComparison.Ordinal).ShouldBe(isPage);
    }

    [Theory]
    [InlineData("one\r\ntwo")]
    [InlineData("one\rtwo")]
    public async Task An_inline_script_is_let_through_whatever_its_line_ends(string code)
    {
        Write("ui/dist/index.html", $"<html><head><script>{code}</script></head></html>");
        await using var scene = await StartAsync();
        using var response = await scene.Client.GetAsync(Files);
        var hash = Convert.ToBase64String(SHA256.HashData("one\ntwo"u8));
        response.Headers.GetValues("content-security-policy").Single().ShouldContain($"'sha256-{hash}'");
    }

    [Fact]
    public async Task A_page_that_is_opened_without_the_one_around_it_leads_there()
    {
        await using var scene = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Files);
        request.Headers.Add("sec-fetch-dest", "document");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = scene.Emulator.Url };
        using var response = await client.SendAsync(request);
        response.Headers.Location.ShouldBe(new Uri("/apps/acme/page", UriKind.Relative));
    }

    [Fact]
    public async Task The_page_around_an_app_frames_it_by_the_emulators_other_name_and_trusts_no_name()
    {
        await using var scene = await StartAsync();
        var html = await scene.Client.GetStringAsync("/apps/acme/page");
        html.ShouldContain("&lt;b&gt;Mine&lt;/b&gt;");
        html.ShouldNotContain("<b>Mine");
        var setting = JsonNode.Parse(Regex.Match(html, "id=\"setting\">(?<json>.*?)</script>").Groups["json"].Value)!;
        setting["frameOrigin"]!.GetValue<string>().ShouldBe($"http://localhost:{scene.Emulator.Url.Port}");
        (await scene.Client.GetStringAsync("/apps/acme/other")).ShouldContain("npm run build");
        (await scene.Client.GetStringAsync("/apps")).ShouldContain("/apps/globex/page?user=");
        using var missing = await scene.Client.GetAsync("/apps/acme/%3Cimg%3E");
        missing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await missing.Content.ReadAsStringAsync()).ShouldNotContain("<img>");
    }

    [Fact]
    public async Task FetchProduct_goes_through_the_gates_of_the_products()
    {
        await using var scene = await StartAsync();
        (await FetchAsync("/rest/api/3/myself")).ShouldBe(200);
        (await FetchAsync("/rest/api/3/search/jql?jql=project=ROAD")).ShouldBe(401, "the manifest lacks read:jira-work");
        (await FetchAsync("/rest/api/3/myself", "anonymous")).ShouldBe(401);
        scene.Emulator.Platform.Limits.Counts("acme").Calls.ShouldBe(1);
        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.RateLimit, Site = "acme", Count = 1 });
        (await FetchAsync("/rest/api/3/myself")).ShouldBe(429);
        scene.Emulator.Platform.Faults.Add(new Fault { Kind = FaultKind.Reset, Site = "acme", Count = 1 });
        (await FetchAsync("/rest/api/3/myself")).ShouldBe(0);

        async Task<int> FetchAsync(string restPath, string? user = null)
        {
            var (_, answer) = await scene.PostAsync($"/bridge/fetchProduct?site=acme&user={user}", new { product = "jira", restPath, fetchRequestInit = new { } });
            return answer["status"]?.GetValue<int>() ?? 0;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<Scene> StartAsync(string url = "http://127.0.0.1:0") => Scene.StartAsync(options => options with
    {
        Manifest = AppManifest.Load(Path.Combine(_folder.FullName, "manifest.yml")),
        Urls = [url],
    });

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
