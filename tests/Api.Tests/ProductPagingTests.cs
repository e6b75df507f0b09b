using System.Globalization;
using System.Net;
using System.Text.Json;
using ForgeOrleans.Conformance.ProductApis;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Tests;

/// <summary>Lists of products, page by page: none left out, none twice, and none without an end.</summary>
public sealed class ProductPagingTests : IDisposable
{
    private const string Base = "https://api.atlassian.com/ex/jira/c1";

    private readonly FakeProduct _product = new();

    public void Dispose() => _product.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task By_startAt_all_come_once_whatever_size_the_product_makes_its_pages(bool total, bool isLast)
    {
        _product.Answer = (query, _) =>
        {
            // It was asked for a hundred, and does not give more than seven.
            query["maxResults"].ToString().ShouldBe("100");
            var (start, page) = Page(query, 45, 7);
            return Json(new Dictionary<string, object?> { ["startAt"] = start, ["maxResults"] = 7, ["values"] = page, ["total"] = total ? 45 : null, ["isLast"] = isLast ? start + page.Count >= 45 : null });
        };
        (await Client().PagesByStartAt<int>("/rest/api/3/project/search?maxResults=100&query=x").ToListAsync()).ShouldBe(Enumerable.Range(0, 45));
        _product.Requests.Count.ShouldBe(total || isLast ? 7 : 8);
        _product.Requests.ShouldAllBe(request => request.StartsWith($"GET {Base}/rest/api/3/project/search?maxResults=100&query=x&startAt="));
    }

    [Fact]
    public async Task By_startAt_the_answer_may_be_the_list_itself_and_the_search_a_body()
    {
        _product.Answer = (query, body) =>
        {
            body!.Value.GetProperty("query").GetString().ShouldBe("x");
            var start = body.Value.GetProperty("startAt").GetInt32();
            return Json(Enumerable.Range(0, 5).Skip(start).Take(2));
        };
        (await Client().PagesByStartAt<int>("/users", search: new { Query = "x" }).ToListAsync()).ShouldBe(Enumerable.Range(0, 5));
        _product.Requests.ShouldAllBe(request => request == $"POST {Base}/users");
    }

    [Fact]
    public async Task By_startAt_an_empty_page_in_the_middle_is_stepped_over()
    {
        _product.Answer = (query, _) =>
        {
            var start = int.Parse(query["startAt"]!, CultureInfo.InvariantCulture);
            return Json(new { maxResults = 10, total = 30, values = start == 10 ? [] : Enumerable.Range(start, 10) });
        };
        (await Client().PagesByStartAt<int>("/x").ToListAsync()).ShouldBe([.. Enumerable.Range(0, 10), .. Enumerable.Range(20, 10)]);
    }

    [Fact]
    public async Task By_startAt_a_page_says_itself_where_the_next_one_is()
    {
        // What the user may not see is left out of a page of ten.
        _product.Answer = (query, _) => query["startAt"] == "0"
            ? Json(new { values = List(1, 2), isLast = false, nextPage = "https://acme.atlassian.net/x?startAt=10&maxResults=10" })
            : Json(new { values = List(3), isLast = true });
        (await Client().PagesByStartAt<int>("/x").ToListAsync()).ShouldBe([1, 2, 3]);
        _product.Requests[1].ShouldEndWith("startAt=10");
    }

    [Fact]
    public async Task By_token_all_come_once_also_where_a_page_is_empty()
    {
        _product.Answer = (query, _) => query["nextPageToken"].ToString() switch
        {
            "" => Json(new { issues = List(1, 2), nextPageToken = "a+/=&b", isLast = false }),
            "a+/=&b" => Json(new { issues = Array.Empty<int>(), nextPageToken = "c" }),
            _ => Json(new { issues = List(3), isLast = true }),
        };
        (await Client().PagesByToken<int>("/rest/api/3/search/jql?jql=project%20%3D%20X").ToListAsync()).ShouldBe([1, 2, 3]);
        _product.Requests[0].ShouldBe($"GET {Base}/rest/api/3/search/jql?jql=project%20%3D%20X");
    }

    [Fact]
    public async Task By_token_the_search_may_be_a_body()
    {
        _product.Answer = (_, body) => body!.Value.TryGetProperty("nextPageToken", out var token)
            ? Json(new { issues = List(token.GetString()) })
            : Json(new { issues = List(body.Value.GetProperty("jql").GetString()), nextPageToken = "t" });
        (await Client().PagesByToken<string>("/search", search: new { jql = "x" }).ToListAsync()).ShouldBe(["x", "t"]);
    }

    [Fact]
    public async Task A_list_is_gone_on_with_from_the_end_of_a_page()
    {
        _product.Answer = (query, _) =>
        {
            var (start, page) = Page(query, 6, 2);
            return Json(new { values = page, total = 6 });
        };
        var list = Client().PagesByStartAt<int>("/x");
        var first = await list.AsPages().FirstAsync();
        (first.Next, first.Items.Count).ShouldBe(("2", 2));
        (await Client().PagesByStartAt<int>("/x").AsPages(first.Next).SelectMany(page => page.Items).ToListAsync()).ShouldBe([2, 3, 4, 5]);
        (await Should.ThrowAsync<ForgeException>(async () => await list.AsPages("../x").FirstAsync())).Code.ShouldBe(ForgeErrorCode.InvalidRequest);
    }

    [Theory]
    // Confluence, version 1: its context is left out. Version 2: it is not.
    [InlineData("/wiki/rest/api/content", """{"next":"/rest/api/content?start=2","base":"https://acme.atlassian.net/wiki","context":"/wiki"}""", "/wiki/rest/api/content?start=2")]
    [InlineData("/wiki/rest/api/content", """{"next":"/rest/api/content?start=2"}""", "/wiki/rest/api/content?start=2")]
    [InlineData("/wiki/rest/api/content", """{"next":"/rest/api/content?start=2","base":"https://api.atlassian.com/ex/jira/c1/wiki"}""", "/wiki/rest/api/content?start=2")]
    [InlineData("/wiki/api/v2/pages", """{"next":"/wiki/api/v2/pages?cursor=a%3D","base":"https://acme.atlassian.net/wiki"}""", "/wiki/api/v2/pages?cursor=a%3D")]
    [InlineData("/wiki/api/v2/pages", """{"next":"/wiki/api/v2/pages?cursor=b"}""", "/wiki/api/v2/pages?cursor=b")]
    [InlineData("/wiki/rest/api/search", """{"next":"/rest/api/search?cql=a = b","context":"/wiki"}""", "/wiki/rest/api/search?cql=a%20=%20b")]
    [InlineData("/rest/x", """{"next":"?page=2"}""", "/rest/x?page=2")]
    // By the gateway's address, and by the site's own.
    [InlineData("/rest/x", """{"next":"https://api.atlassian.com/ex/jira/c1/rest/x?start=2"}""", "/rest/x?start=2")]
    [InlineData("/rest/x", """{"next":"https://acme.atlassian.net/rest/x?start=2","base":"https://acme.atlassian.net","context":""}""", "/rest/x?start=2")]
    public async Task By_link_the_next_page_is_found_below_the_products_base(string path, string links, string next)
    {
        _product.Answer = (_, _) => _product.Requests.Count == 1
            ? Json(new { results = List(1), _links = JsonElement.Parse(links) })
            : Json(new { results = List(2), _links = new { } });
        (await Client().PagesByLink<int>(path).ToListAsync()).ShouldBe([1, 2]);
        _product.Requests[1].ShouldBe($"GET {Base}{next}");
    }

    [Fact]
    public async Task By_link_Jiras_own_address_is_understood_where_it_calls_itself_by_it()
    {
        _product.Answer = (_, _) => _product.Requests.Count == 1
            ? Json(new { self = "https://acme.atlassian.net/rest/x?startAt=0", nextPage = "https://acme.atlassian.net/rest/x?startAt=1", values = List(1) })
            : Json(new { values = List(2) });
        (await Client().PagesByLink<int>("/rest/x").ToListAsync()).ShouldBe([1, 2]);
        _product.Requests[1].ShouldBe($"GET {Base}/rest/x?startAt=1");
    }

    [Theory]
    [InlineData("https://evil.example.com/rest/x")]
    [InlineData("http://api.atlassian.com/ex/jira/c1/rest/x")]
    [InlineData("//evil.example.com/rest/x")]
    [InlineData("https://api.atlassian.com/ex/jira/c1/../c2/rest/x?y")]
    [InlineData("/../c2/rest/x")]
    [InlineData("javascript:alert(1)")]
    public async Task By_link_nothing_is_sent_to_another_site(string next)
    {
        _product.Answer = (_, _) => Json(new { values = List(1), _links = new { next } });
        (await Record.ExceptionAsync(async () => await Client().PagesByLink<int>("/rest/x").ToListAsync())).ShouldNotBeNull();
        _product.Requests.ShouldBe([$"GET {Base}/rest/x"]);
    }

    [Fact]
    public async Task A_list_that_leads_back_ends_with_an_error()
    {
        _product.Answer = (query, _) => Json(new { values = List(1), nextPageToken = query["nextPageToken"] == "a" ? "b" : "a" });
        await EndlessAsync(Client().PagesByToken<int>("/x"), 3);
        _product.Answer = (_, _) => Json(new { values = List(1), _links = new { next = "/x?page=1" } });
        await EndlessAsync(Client().PagesByLink<int>("/x?page=1"), 1);
        _product.Answer = (_, _) => Json(new { values = List(1), isLast = false, nextPage = "https://x/?startAt=0" });
        await EndlessAsync(Client().PagesByStartAt<int>("/x"), 1);
    }

    [Fact]
    public async Task A_list_of_empty_pages_ends_with_an_error()
    {
        _product.Answer = (_, _) => Json(new { values = Array.Empty<int>(), nextPageToken = Guid.NewGuid() });
        await EndlessAsync(Client().PagesByToken<int>("/x"), 21);
        _product.Answer = (_, _) => Json(new { values = Array.Empty<int>(), isLast = false });
        await EndlessAsync(Client().PagesByStartAt<int>("/x"), 21);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"a":[],"b":[]}""", null)]
    [InlineData("""{"values":[1]}""", "things")]
    [InlineData("""{"values":["one"]}""", null)]
    [InlineData("<html>", null)]
    [InlineData("7", null)]
    public async Task What_is_no_page_is_said_to_be_none(string body, string? items)
    {
        _product.Answer = (_, _) => new(HttpStatusCode.OK) { Content = new StringContent(body) };
        (await Should.ThrowAsync<ProductPagingException>(async () => await Client().PagesByStartAt<int>("/x", items).ToListAsync())).Code.ShouldBe(ForgeErrorCode.BadGateway);
    }

    [Fact]
    public async Task An_array_is_found_by_its_name_or_because_it_is_the_only_one()
    {
        _product.Answer = (_, _) => Json(new { comments = List(1), total = 1 });
        (await Client().PagesByStartAt<int>("/x").ToListAsync()).ShouldBe([1]);
        _product.Answer = (_, _) => Json(new { names = Array.Empty<int>(), values = List(2), total = 1 });
        (await Client().PagesByStartAt<int>("/x", "names").ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_is_refused_says_with_which_status()
    {
        _product.Answer = (_, _) => new(HttpStatusCode.BadRequest);
        (await Should.ThrowAsync<HttpRequestException>(async () => await Client().PagesByToken<int>("/x").ToListAsync())).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Whoever_has_enough_asks_for_no_more_and_whoever_gives_up_is_not_held()
    {
        _product.Answer = (query, _) => Json(new { values = Page(query, 1_000, 10).Items, total = 1_000 });
        (await Client().PagesByStartAt<int>("/x").Take(15).ToListAsync()).Count.ShouldBe(15);
        _product.Requests.Count.ShouldBe(2);

        using var end = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in Client().PagesByStartAt<int>("/x").WithCancellation(end.Token))
                await end.CancelAsync();
        });
        _product.Requests.Count.ShouldBe(3);
    }

    private async Task EndlessAsync(ProductPages<int> list, int requests)
    {
        _product.Requests.Clear();
        await Should.ThrowAsync<ProductPagingException>(async () => await list.ToListAsync());
        _product.Requests.Count.ShouldBe(requests);
    }

    private static (int Start, List<int> Items) Page(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query, int all, int size)
    {
        var start = int.Parse(query["startAt"]!, CultureInfo.InvariantCulture);
        return (start, [.. Enumerable.Range(0, all).Skip(start).Take(size)]);
    }

    private static T[] List<T>(params T[] items) => items;

    private static HttpResponseMessage Json<T>(T answer) => new(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(answer)) };

    private ProductClient Client()
    {
        var (clock, actors, scope) = (TimeProvider.System, new NoActors(), new HandlerScope());
        var facts = new InstallationFacts { InstallationId = "i", AppId = "a", Contexts = [new("jira", Base, "c1", null)] };
        scope.Bind(new() { Installation = facts }, new("system", null, clock.GetUtcNow()), clock.GetUtcNow().AddSeconds(24));
        var (transport, options) = (new ProductTransport(_product), Options.Create(new ProductApiOptions()));
        var offline = new OfflineUserTokens(actors, new(transport, options, clock), clock, NullLogger<OfflineUserTokens>.Instance);
        return new JiraApi(new(scope, actors, new OpenGates().Sender(transport, actors, options, clock), offline, options, clock)).AsApp();
    }

    private sealed class NoActors : IActors
    {
        public TActor Get<TActor>(string key) where TActor : class => throw new InvalidOperationException("No actor is needed for this.");
    }

    private sealed class FakeProduct : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        public Func<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>, JsonElement?, HttpResponseMessage> Answer { get; set; } = null!;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add($"{request.Method} {request.RequestUri!.AbsoluteUri}");
            var query = new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(QueryHelpers.ParseQuery(request.RequestUri.Query));
            query.TryAdd("nextPageToken", "");
            return Answer(query, request.Content is null ? null : JsonElement.Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken)));
        }
    }
}
