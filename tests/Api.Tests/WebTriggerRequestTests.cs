using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Api.WebTriggers;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ForgeOrleans.Api.Tests;

/// <summary>A web trigger's handler sees its caller's request, whichever form the platform calls in (contract section 1).</summary>
public sealed class WebTriggerRequestTests(WebTriggerRequestTests.Shared shared) : IClassFixture<WebTriggerRequestTests.Shared>
{
    private Remote Remote => shared.Remote;

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Both_forms_bring_the_same_request(string method)
    {
        var envelope = WebTriggers.Envelope(method, "/a/b", "größe");
        envelope["headers"] = new JsonObject { ["X-Mark"] = new JsonArray("one"), ["x-mark"] = new JsonArray("two"), ["Content-Type"] = new JsonArray("text/plain; charset=utf-8") };
        envelope["queryParameters"] = new JsonObject { ["Q"] = new JsonArray("1", "2"), ["empty"] = new JsonArray("") };
        using var wrapped = await Remote.SendEnvelopeAsync("/echo", envelope);

        using var request = Remote.Request(method, "/echo/a/b?Q=1&Q=2&empty=");
        request.Headers.Add("X-Mark", "one,two");
        request.Content = new StringContent("größe", Encoding.UTF8, "text/plain");
        using var plain = await Remote.Http.SendAsync(request);

        var (enveloped, direct) = (Parse((await wrapped.UnwrapAsync()).Body), Parse(await plain.Content.ReadAsStringAsync()));
        foreach (var seen in new[] { enveloped, direct })
        {
            seen.GetProperty("method").GetString().ShouldBe(method);
            seen.GetProperty("userPath").GetString().ShouldBe("/a/b");
            seen.GetProperty("mark").GetString().ShouldBe("one,two");
            seen.GetProperty("query").GetString().ShouldBe("1,2");
            seen.GetProperty("type").GetString().ShouldBe("text/plain; charset=utf-8");
            seen.GetProperty("text").GetString().ShouldBe("größe");
            seen.GetProperty("length").GetInt32().ShouldBe(7);
        }
        enveloped.GetProperty("path").GetString().ShouldBe("/x1/trigger/a/b");
        direct.GetProperty("path").GetString().ShouldBe("/echo/a/b");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("/a", "/a")]
    [InlineData("a/b", "/a/b")]
    public async Task What_the_caller_added_to_the_path_begins_with_a_slash_or_is_nothing(string userPath, string seen)
    {
        using var wrapped = await Remote.SendEnvelopeAsync("/echo", WebTriggers.Envelope("GET", userPath));
        Parse((await wrapped.UnwrapAsync()).Body).GetProperty("userPath").GetString().ShouldBe(seen);
        using var plain = await Remote.GetAsync(userPath.StartsWith('a') ? $"/echo/{userPath}" : $"/echo{userPath}");
        Parse(await plain.Content.ReadAsStringAsync()).GetProperty("userPath").GetString().ShouldBe(seen);
    }

    [Fact]
    public async Task An_envelope_of_the_bare_minimum_is_one()
    {
        using var response = await Remote.SendEnvelopeAsync("/echo/", new JsonObject { ["method"] = "get", ["path"] = "/x", ["queryParameters"] = null, ["more"] = new JsonArray(1) });
        var seen = Parse((await response.UnwrapAsync()).Body);
        seen.GetProperty("method").GetString().ShouldBe("GET");
        seen.GetProperty("length").GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_parameters_are_bound_from_the_callers_request_and_the_verified_invocation(bool enveloped)
    {
        var envelope = WebTriggers.Envelope("PUT", "/x", """{"count":3}""");
        envelope["headers"] = new JsonObject { ["content-type"] = new JsonArray("application/json") };
        envelope["queryParameters"] = new JsonObject { ["team"] = new JsonArray("red") };
        using var response = enveloped
            ? await Remote.SendEnvelopeAsync("/bound", envelope)
            : await Remote.SendAsync("PUT", "/bound/x?team=red", json: new { count = 3 });
        var body = enveloped ? (await response.UnwrapAsync()).Body : await response.Content.ReadAsStringAsync();
        body.ShouldBe($"red 3 x PUT {Fit.Site} kept");
    }

    [Theory]
    [InlineData("""{"count":"x"}""", 400, "count")]
    [InlineData("""{"count":""", 400, null)]
    [InlineData("null", 400, null)]
    [InlineData("", 400, null)]
    [InlineData("""{"count":4}""", 200, null)]
    public async Task A_body_that_is_not_the_expected_JSON_is_answered_400_to_the_caller(string json, int status, string? field)
    {
        using var wrapped = await Remote.SendEnvelopeAsync("/json", WebTriggers.Envelope(body: json));
        using var request = Remote.Request("POST", "/json");
        request.Content = new StringContent(json, Encoding.UTF8, "text/plain");
        using var plain = await Remote.Http.SendAsync(request);

        var answer = await wrapped.UnwrapAsync();
        answer.Status.ShouldBe(status);
        ((int)plain.StatusCode).ShouldBe(status);
        if (status == 200)
            return;
        answer.Headers.GetProperty("Content-Type")[0].GetString().ShouldBe("application/json");
        foreach (var error in new[] { answer.Body.ShouldBeError("invalid_request"), await plain.ShouldBeErrorAsync(400, "invalid_request") })
            if (field is not null)
                error.GetProperty("fields").TryGetProperty(field, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"method":1,"path":"/","userPath":"","queryParameters":{}}""", "method")]
    [InlineData("""{"method":"","path":"/","userPath":""}""", "method")]
    [InlineData("""{"method":"GET /","path":"/","userPath":""}""", "method")]
    [InlineData("""{"method":null,"path":"/","userPath":""}""", "method")]
    [InlineData("""{"method":"GET","method":"PUT","path":"/","userPath":""}""", "method")]
    [InlineData("""{"method":"GET","path":null,"userPath":""}""", "path")]
    [InlineData("""{"method":"GET","path":{},"userPath":""}""", "path")]
    [InlineData("""{"method":"GET","path":"/","userPath":[]}""", "userPath")]
    [InlineData("""{"method":"GET","path":"/","userPath":"","headers":[]}""", "headers")]
    [InlineData("""{"method":"GET","path":"/","userPath":"","headers":{"a":"b"}}""", "headers")]
    [InlineData("""{"method":"GET","path":"/","userPath":"","headers":{"a":["b",1]}}""", "headers")]
    [InlineData("""{"method":"GET","path":"/","userPath":"","headers":{"a b":["b"]}}""", "headers")]
    [InlineData("""{"method":"GET","path":"/","userPath":"","headers":{"a":["b\r\nc: d"]}}""", "headers")]
    [InlineData("""{"method":"GET","path":"/","queryParameters":{"a":"b"}}""", "queryParameters")]
    [InlineData("""{"method":"GET","path":"/","queryParameters":{"a":[["b"]]}}""", "queryParameters")]
    [InlineData("""{"method":"POST","path":"/","userPath":"","body":{}}""", "body")]
    [InlineData("""{"method":"POST","path":"/","userPath":"","body":"\ud800"}""", "object")]
    public async Task An_envelope_of_another_form_is_answered_400_with_what_is_wrong(string json, string named)
    {
        using var response = await PostJsonAsync("/echo", json);
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain(named);
    }

    [Theory]
    [InlineData("headers")]
    [InlineData("queryParameters")]
    public async Task An_envelope_with_values_beyond_measure_is_refused(string member)
    {
        foreach (var (count, status) in new[] { (1_000, 200), (1_001, 400) })
        {
            var envelope = WebTriggers.Envelope();
            envelope[member] = new JsonObject { ["many"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)$"{i}")]) };
            using var response = await Remote.SendEnvelopeAsync("/echo", envelope);
            ((int)response.StatusCode).ShouldBe(status);
        }
        var long_ = WebTriggers.Envelope();
        long_["path"] = new string('x', 33 * 1024);
        using var refused = await Remote.SendEnvelopeAsync("/echo", long_);
        (await refused.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain("path");
    }

    [Theory]
    [InlineData("POST", "/echo", "application/json", """{"method":"GET","path":"/","headers":{},"body":"x"}""")]
    [InlineData("POST", "/echo", "application/json", """{"method":"GET","userPath":"","queryParameters":{}}""")]
    [InlineData("POST", "/echo", "application/json", """[{"method":"GET","path":"/","userPath":""}]""")]
    [InlineData("POST", "/echo", "application/json", """{"inner":{"method":"GET","path":"/","userPath":""}}""")]
    [InlineData("POST", "/echo", "application/json", """{"method":"GET","path":"/","userPath":""}{}""")]
    [InlineData("POST", "/echo", "application/json", """{"method":"GET","path":"/","userPath":"" """)]
    [InlineData("POST", "/echo", "application/json", "\"text\"")]
    [InlineData("POST", "/echo", "text/plain", """{"method":"GET","path":"/","userPath":""}""")]
    [InlineData("POST", "/echo/more", "application/json", """{"method":"GET","path":"/","userPath":""}""")]
    [InlineData("POST", "/echo?a=1", "application/json", """{"method":"GET","path":"/","userPath":""}""")]
    [InlineData("PUT", "/echo", "application/json", """{"method":"GET","path":"/","userPath":""}""")]
    [InlineData("POST", "/direct", "application/json", """{"method":"GET","path":"/","userPath":"","queryParameters":{},"headers":{},"body":""}""")]
    public async Task What_is_no_envelope_is_the_callers_own_body(string method, string path, string contentType, string body)
    {
        using var request = Remote.Request(method, path);
        request.Content = new StringContent(body, Encoding.UTF8, contentType);
        using var response = await Remote.Http.SendAsync(request);
        var seen = Parse(await response.Content.ReadAsStringAsync());
        seen.GetProperty("method").GetString().ShouldBe(method);
        seen.GetProperty("text").GetString().ShouldBe(body);
    }

    [Theory]
    [InlineData("GET", "/enveloped", "")]
    [InlineData("POST", "/enveloped/more", """{"method":"GET","path":"/"}""")]
    [InlineData("POST", "/enveloped?a=1", """{"method":"GET","path":"/"}""")]
    [InlineData("POST", "/enveloped", """{"method":""")]
    [InlineData("POST", "/enveloped", "[]")]
    [InlineData("POST", "/enveloped", "")]
    public async Task Where_only_envelopes_are_taken_all_else_is_refused(string method, string path, string body)
    {
        using var request = Remote.Request(method, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Remote.Http.SendAsync(request);
        await response.ShouldBeErrorAsync(400, "invalid_request");
        using var taken = await PostJsonAsync("/enveloped", """{"method":"GET","path":"/"}""");
        (await taken.UnwrapAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Headers_of_a_connection_and_of_Forge_never_reach_the_handler()
    {
        string[] withheld =
        [
            "connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Proxy-Authorization", "Proxy-Connection", "x-b3-traceid", "x-forge-oauth-system",
            "X-Forge-Anything", "forge-proxy-error", "x-of-this-connection",
        ];
        var headers = new JsonObject { ["x-kept"] = new JsonArray("yes") };
        foreach (var name in withheld)
            headers[name] = new JsonArray(name == "connection" ? "close, x-of-this-connection" : "mine");
        foreach (var name in new[] { "transfer-encoding", "content-length" })
            headers[name] = new JsonArray("12");
        // Here it is the caller's own; the platform's stands in the headers of the request itself.
        headers["authorization"] = new JsonArray("Basic bWU6bWU=");
        var envelope = WebTriggers.Envelope();
        envelope["headers"] = headers;
        using var wrapped = await Remote.SendEnvelopeAsync("/headers", envelope);
        (await wrapped.UnwrapAsync()).Body.ShouldBe("authorization,x-kept");

        var text = new StringBuilder($"GET /headers HTTP/1.1\r\nHost: x\r\nx-kept: yes\r\nAuthorization: Bearer {Remote.Token()}\r\n");
        foreach (var name in withheld)
            text.Append($"{name}: {(name == "connection" ? "x-of-this-connection" : "mine")}\r\n");
        (await RawHttp.ExchangeAsync(Remote.Url, $"{text}\r\n")).Body.ShouldBe("host,x-kept");
    }

    [Fact]
    public async Task An_envelope_says_nothing_of_who_calls()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo");
        var envelope = WebTriggers.Envelope();
        envelope["headers"] = new JsonObject { ["authorization"] = new JsonArray($"Bearer {Remote.Token()}") };
        request.Content = System.Net.Http.Json.JsonContent.Create(envelope);
        using var response = await Remote.Http.SendAsync(request);
        await response.ShouldBeErrorAsync(401, "invalid_token");
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private async Task<HttpResponseMessage> PostJsonAsync(string path, string json)
    {
        using var request = Remote.Request("POST", path);
        request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        return await Remote.Http.SendAsync(request);
    }

    private sealed record Counted(int Count);

    private sealed record Kept(string Word);

    public sealed class Shared : IAsyncLifetime
    {
        internal Remote Remote { get; private set; } = null!;

        public async Task InitializeAsync() => Remote = await WebTriggers.StartAsync(Map, "/echo", "/direct", "/enveloped", "/bound", "/json", "/headers");

        public async Task DisposeAsync() => await Remote.DisposeAsync();

        private static void Map(WebApplication app)
        {
            app.MapForgeWebTrigger("/echo", Echo);
            app.MapForgeWebTrigger("/direct", Echo, WebTriggerForm.Direct);
            app.MapForgeWebTrigger("/enveloped", Echo, WebTriggerForm.Envelope);
            app.MapForgeWebTrigger("/bound", async (
                [FromBody] Counted counted, string team, string userPath, WebTriggerRequest request, ForgeInvocation invocation, SiteState state, CancellationToken cancellationToken) =>
            {
                var words = state.Collection<Kept>("words");
                await words.PutAsync("word", new("kept"), cancellationToken: cancellationToken);
                var kept = await words.GetAsync("word", cancellationToken);
                return WebTriggerResponse.Text($"{team} {counted.Count} {userPath} {request.Method} {invocation.Installation.InstallationId} {kept!.Value.Word}");
            });
            app.MapForgeWebTrigger("/json", (WebTriggerRequest request) => WebTriggerResponse.Json(request.ReadJson<Counted>().Count));
            app.MapForgeWebTrigger("/headers", (WebTriggerRequest request, HttpContext context) =>
            {
                context.Request.Headers.Keys.ShouldBe(request.Headers.Keys, ignoreOrder: true);
                return ValueTask.FromResult(WebTriggerResponse.Text(
                    string.Join(',', request.Headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal))));
            });
        }

        private static WebTriggerResponse Echo(WebTriggerRequest request) => WebTriggerResponse.Json(new
        {
            request.Method, request.Path, request.UserPath, Mark = string.Join(',', request.Headers["x-mark"].ToArray()),
            Query = request.Query["q"].ToString(), Type = request.Headers.ContentType.ToString(), request.Text, request.Body.Length,
        });
    }
}
