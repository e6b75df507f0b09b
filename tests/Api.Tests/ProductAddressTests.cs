using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Tests;

/// <summary>A token goes below the product's base address, or it goes nowhere.</summary>
public sealed class ProductAddressTests
{
    private const string System1 = $"{Remote.AccessTokenMark}-system-1";
    private const string Base = $"/ex/confluence/{Fit.Cloud}";

    public static TheoryData<string> Escapes =>
    [
        "//{evil}/x",
        "///{evil}/x",
        "http://{evil}/x",
        "HTTP://{evil}/x",
        "https://{evil}/x",
        "file:///etc/passwd",
        "javascript:x",
        "\\\\{evil}\\x",
        "/\\{evil}/x",
        "\\x",
        "/wiki\\..\\..\\x",
        "..",
        "../x",
        "/../x",
        "/../../ex/confluence/other",
        "/wiki/../../x",
        "/wiki/..",
        "/%2e%2e/x",
        "/%2E%2E/x",
        "/.%2e/x",
        "/%2e./x",
        "..%2fx",
        "/wiki/..%2f..%2f..%2fx",
        "/..%5cx",
        "/%252e%252e/x",
        "/%252e%252e%252fx",
        "/%25252e%25252e/x",
        "/..;/x",
        "/..;a=b/x",
        "/wiki/%3f/../../x",
        "/wiki\r\nHost: evil",
        "/wiki x",
        "/wiki\0",
        "\t//{evil}",
        " //{evil}",
        "{origin}/ex/confluence/other/x",
        "{origin}" + Base + "/../x",
        "{origin}" + Base + "/%2e%2e/x",
        "{origin}" + Base + "x/y",
        "{origin}/",
        "{base}@{evil}/x",
    ];

    [Theory, MemberData(nameof(Escapes))]
    public async Task An_address_that_leads_elsewhere_is_not_called(string path)
    {
        await using var remote = await StartAsync();
        await using var evil = await StubServer.StartAsync();
        var target = path
            .Replace("{evil}", evil.Url.Authority, StringComparison.Ordinal)
            .Replace("{origin}", remote.Product.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("{base}", remote.ProductBase.Replace("http://", "http://a:b", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var way in new[] { "path", "message", "client" })
        {
            using var response = await CallAsync(remote, way, target);
            await response.ShouldBeErrorAsync(500, "internal_error");
        }
        evil.Requests.ShouldBeEmpty();
        remote.Product.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/wiki/rest/api/content", "/wiki/rest/api/content")]
    [InlineData("wiki/rest/api/content", "/wiki/rest/api/content")]
    [InlineData("/search?cql=a=b&next=../..//x", "/search?cql=a=b&next=../..//x")]
    [InlineData("/search?jql=project:X", "/search?jql=project:X")]
    [InlineData("/@evil.example.com/x", "/@evil.example.com/x")]
    [InlineData("/space/~user:1/x", "/space/~user:1/x")]
    [InlineData("/a..b/c...", "/a..b/c...")]
    [InlineData("/a%20b/%2F", "/a%20b/%2F")]
    [InlineData("/%3F%23", "/%3F%23")]
    [InlineData("", "/")]
    [InlineData("/", "/")]
    public async Task An_address_below_the_base_is_called_as_it_is(string path, string target)
    {
        await using var remote = await StartAsync();
        foreach (var way in new[] { "path", "message" })
        {
            using var response = await CallAsync(remote, way, path);
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        }
        remote.Product.Requests.Select(request => request.Target).ShouldBe([Base + target, Base + target]);
        remote.Product.Requests.ShouldAllBe(request => request.Header("authorization") == $"Bearer {System1}");
    }

    [Fact]
    public async Task A_generated_clients_absolute_address_below_the_base_is_called()
    {
        await using var remote = await StartAsync();
        foreach (var (way, path) in new[] { ("client", "wiki/x"), ("client", $"{remote.ProductBase}/wiki/x"), ("message", $"{remote.ProductBase}/wiki/x") })
        {
            using var response = await CallAsync(remote, way, path);
            ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        }
        remote.Product.Requests.Count.ShouldBe(3);
        remote.Product.Requests.ShouldAllBe(request => request.Target == $"{Base}/wiki/x" && request.Header("authorization") == $"Bearer {System1}");
    }

    [Fact]
    public async Task A_base_address_at_another_origin_than_the_allowed_is_not_called()
    {
        await using var remote = await StartAsync();
        await using var evil = await StubServer.StartAsync();
        foreach (var bad in new[]
                 {
                     $"{evil.Url}ex/confluence/x",
                     $"http://{remote.Product.Url.Authority}@{evil.Url.Authority}/ex/confluence/x",
                     $"http://user@{remote.Product.Url.Authority}/ex/confluence/x",
                     $"http://localhost:{remote.Product.Url.Port}/ex/confluence/x",
                     $"https://{remote.Product.Url.Authority}/ex/confluence/x",
                     "https://api.atlassian.com.evil.net/ex/confluence/x",
                 })
        {
            using var response = await CallAsync(remote, "path", "/wiki", fit => fit.AtBase(bad));
            await response.ShouldBeErrorAsync(500, "internal_error");
        }
        evil.Requests.ShouldBeEmpty();
        remote.Product.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("jira", "/ex/jira/c1/x")]
    [InlineData("JIRA", "/ex/jira/c1/x")]
    [InlineData("compass", "/ex/compass/c1/x")]
    [InlineData("graphql", "/x")]
    public async Task Each_product_is_called_at_its_own_base(string product, string target)
    {
        await using var remote = await StartAsync();
        var origin = remote.Product.Url.GetLeftPart(UriPartial.Authority);
        using var response = await remote.SendAsync("GET", $"/for/{product}", remote.Token(fit => fit.App["installation"]!["contexts"] = new System.Text.Json.Nodes.JsonArray(
            new System.Text.Json.Nodes.JsonObject { ["name"] = "jira", ["apiBaseUrl"] = $"{origin}/ex/jira/c1" },
            new System.Text.Json.Nodes.JsonObject { ["name"] = "compass", ["apiBaseUrl"] = $"{origin}/ex/compass/c1/" })), system: System1);
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        remote.Product.Requests.Single().Target.ShouldBe(target);
    }

    [Fact]
    public async Task A_token_without_contexts_has_one_product()
    {
        await using var remote = await StartAsync();
        void Older(Fit fit)
        {
            fit.App.Remove("installation");
            fit.App["apiBaseUrl"] = remote.ProductBase;
        }
        using var confluence = await remote.SendAsync("GET", "/for/confluence", remote.Token(Older), system: System1);
        ((int)confluence.StatusCode).ShouldBe(200);
        using var jira = await remote.SendAsync("GET", "/for/jira", remote.Token(Older), system: System1);
        await jira.ShouldBeErrorAsync(404, "not_found");
        remote.Product.Requests.Single().Target.ShouldBe($"{Base}/x");
    }

    [Fact]
    public async Task The_handlers_own_authorization_header_is_replaced()
    {
        await using var remote = await StartAsync();
        using var response = await CallAsync(remote, "authorized", "/x");
        ((int)response.StatusCode).ShouldBe(200);
        remote.Product.Requests.Single().Header("authorization").ShouldBe($"Bearer {System1}");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_to_another_origin_is_not_followed(int status)
    {
        await using var remote = await StartAsync();
        await using var evil = await StubServer.StartAsync();
        foreach (var location in new[] { $"{evil.Url}x", $"//{evil.Url.Authority}/x", "/ex/confluence/other/x", $"{Base}/../other", "file:///etc/passwd" })
        {
            remote.Product.Answer = context =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = location;
                return Task.CompletedTask;
            };
            remote.Product.Requests.Clear();
            using var response = await CallAsync(remote, "path", "/x");
            await response.ShouldBeErrorAsync(500, "internal_error");
            remote.Product.Requests.Count.ShouldBe(1);
        }
        evil.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{base}/moved")]
    [InlineData("moved")]
    [InlineData(Base + "/moved")]
    public async Task A_redirect_below_the_base_is_followed(string location)
    {
        await using var remote = await StartAsync();
        remote.Product.Answer = context =>
        {
            if (!context.Request.Path.Value!.EndsWith("moved", StringComparison.Ordinal))
                context.Response.Redirect(location.Replace("{base}", remote.ProductBase, StringComparison.Ordinal));
            return Task.CompletedTask;
        };
        using var response = await CallAsync(remote, "path", "/x");
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        remote.Product.Requests.Select(request => request.Target).ShouldBe([$"{Base}/x", $"{Base}/moved"]);
        remote.Product.Requests.ShouldAllBe(request => request.Header("authorization") == $"Bearer {System1}");
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using var remote = await StartAsync();
        remote.Product.Answer = context =>
        {
            context.Response.Redirect(Base + "/x");
            return Task.CompletedTask;
        };
        using var response = await CallAsync(remote, "path", "/x");
        await response.ShouldBeErrorAsync(500, "internal_error");
        remote.Product.Requests.Count.ShouldBeLessThan(10);
    }

    private static Task<HttpResponseMessage> CallAsync(Remote remote, string way, string path, Action<Fit>? change = null) =>
        remote.SendAsync("POST", "/call", remote.Token(fit =>
        {
            fit.AtBase(remote.ProductBase);
            change?.Invoke(fit);
        }), new Call(way, path), System1);

    private static Task<Remote> StartAsync() => Remote.StartMappingAsync(app =>
    {
        app.MapForgeInvocation("POST", "/call", async (Call call, ConfluenceApi confluence) =>
        {
            var client = confluence.AsApp();
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(call.Path, UriKind.RelativeOrAbsolute));
            if (call.Way == "authorized")
                message.Headers.Add("Authorization", "Basic bXk6b3du");
            using var generated = new HttpClient(client.CreateHandler()) { BaseAddress = client.BaseAddress };
            using var response = call.Way switch
            {
                "path" => await client.GetAsync(call.Path),
                "client" => await generated.GetAsync(call.Path),
                _ => await client.SendAsync(message),
            };
            return (int)response.StatusCode;
        });
        app.MapForgeInvocation("GET", "/for/{product}", async (string product, ForgeProducts products) =>
        {
            using var response = await products.For(product).AsApp().GetAsync("/x");
            return Results.StatusCode((int)response.StatusCode);
        });
    });

    private sealed record Call(string Way, string Path);
}
