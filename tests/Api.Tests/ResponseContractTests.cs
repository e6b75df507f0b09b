using System.Text;
using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>Whatever a handler answers, the platform can pass it on (contract section 4).</summary>
public sealed class ResponseContractTests(ResponseContractTests.Shared shared) : IClassFixture<ResponseContractTests.Shared>
{
    private const string Secret = "internal-detail-4711";

    private sealed record Case(Delegate Handler, int Status, string? Code, string? Body = null, bool Warns = false, string? ContentType = null);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        // What is fine is left alone.
        ["object"] = new(() => new { A = 1 }, 200, null, """{"a":1}"""),
        ["created"] = new(() => Results.Created("/x", new { A = 1 }), 201, null, """{"a":1}"""),
        ["no-content"] = new(() => Results.NoContent(), 204, null, ""),
        ["nothing"] = new(() => { }, 200, null, ""),
        ["ok-empty"] = new(() => Results.Ok(), 200, null, ""),
        ["json-null"] = new(object? () => null, 200, null, "null"),
        ["own-error"] = new(() => Results.Json(new { Mine = true }, statusCode: 418), 418, null, """{"mine":true}"""),
        ["vendor-json"] = new(() => Results.Bytes("{}"u8.ToArray(), "application/vnd.acme+json"), 200, null, "{}", ContentType: "application/vnd.acme+json"),
        ["error-as-vendor-json"] = new(() => Results.Text("{}", "application/vnd.acme+json", statusCode: 400), 400, null, "{}"),
        ["error-with-charset"] = new(() => Results.Text("{}", "application/json; charset=utf-8", statusCode: 400), 400, null, "{}"),
        ["error-untyped"] = new(async (HttpContext context) =>
        {
            context.Response.StatusCode = 400;
            await context.Response.Body.WriteAsync("{}"u8.ToArray());
        }, 400, null, "{}"),

        // A string is sent as JSON.
        ["string"] = new(() => "say \"hi\"", 200, null, "\"say \\u0022hi\\u0022\"", ContentType: "application/json"),
        ["string-task"] = new(() => Task.FromResult("a"), 200, null, "\"a\"", ContentType: "application/json"),
        ["string-value-task"] = new(() => new ValueTask<string>("a"), 200, null, "\"a\"", ContentType: "application/json"),
        ["string-that-is-json"] = new(() => "{}", 200, null, "\"{}\"", ContentType: "application/json"),
        ["string-empty"] = new(() => "", 200, null, ""),

        // What the platform would refuse is replaced.
        ["text"] = new(() => Results.Text("hello"), 502, "bad_gateway", Warns: true),
        ["html"] = new(() => Results.Content("<p>hello", "text/html"), 502, "bad_gateway", Warns: true),
        ["bytes"] = new(() => Results.Bytes([1, 2, 3]), 502, "bad_gateway", Warns: true),
        ["bad-json"] = new(() => Results.Content("{\"a\":", "application/json"), 502, "bad_gateway", Warns: true),
        ["two-jsons"] = new(() => Results.Content("{}{}", "application/json"), 502, "bad_gateway", Warns: true),
        ["json-in-utf16"] = new(() => Results.Bytes(Encoding.Unicode.GetBytes("{}"), "application/json; charset=utf-16"), 502, "bad_gateway", Warns: true),
        ["json-labelled-text"] = new(() => Results.Text("{}", "text/json5"), 502, "bad_gateway", Warns: true),
        ["unauthorized"] = new(() => Results.Unauthorized(), 502, "bad_gateway", Warns: true),
        ["unauthorized-json"] = new(() => Results.Json(new { }, statusCode: 401), 502, "bad_gateway", Warns: true),
        ["unauthorized-problem"] = new(() => Results.Problem(statusCode: 401), 502, "bad_gateway", Warns: true),
        ["redirect"] = new(() => Results.Redirect("/elsewhere"), 502, "bad_gateway", Warns: true),
        ["redirect-308"] = new(() => Results.Redirect("/elsewhere", true, true), 502, "bad_gateway", Warns: true),
        ["not-modified"] = new(() => Results.StatusCode(304), 502, "bad_gateway", Warns: true),
        ["multiple-choices"] = new(() => Results.Json(new { }, statusCode: 300), 502, "bad_gateway", Warns: true),
        ["continue"] = new(() => Results.StatusCode(100), 502, "bad_gateway", Warns: true),
        ["switching"] = new(() => Results.StatusCode(101), 502, "bad_gateway", Warns: true),
        ["no-status"] = new(() => Results.StatusCode(0), 502, "bad_gateway", Warns: true),
        ["negative-status"] = new(() => Results.StatusCode(-1), 502, "bad_gateway", Warns: true),
        ["status-beyond-all"] = new(() => Results.StatusCode(1_000), 502, "bad_gateway", Warns: true),
        ["error-as-text"] = new(() => Results.Text("no", statusCode: 400), 400, "invalid_request", Warns: true),
        ["error-as-html"] = new(() => Results.Content("<p>", "text/html", statusCode: 503), 503, "unavailable", Warns: true),
        ["error-string"] = new((HttpContext context) =>
        {
            context.Response.StatusCode = 404;
            return "not here";
        }, 404, "not_found", Warns: true),
        ["error-bad-json"] = new(() => Results.Content("{", "application/json", statusCode: 400), 400, "invalid_request", Warns: true),

        // Errors without a word get one.
        ["empty-400"] = new(() => Results.BadRequest(), 400, "invalid_request"),
        ["empty-403"] = new(() => Results.StatusCode(403), 403, "forbidden"),
        ["empty-404"] = new(() => Results.NotFound(), 404, "not_found"),
        ["empty-409"] = new(() => Results.Conflict(), 409, "conflict"),
        ["empty-418"] = new(() => Results.StatusCode(418), 418, "invalid_request"),
        ["empty-422"] = new(() => Results.UnprocessableEntity(), 422, "invalid_request"),
        ["empty-429"] = new(() => Results.StatusCode(429), 429, "unavailable"),
        ["empty-500"] = new(() => Results.StatusCode(500), 500, "internal_error"),
        ["empty-502"] = new(() => Results.StatusCode(502), 502, "bad_gateway"),
        ["empty-503"] = new(() => Results.StatusCode(503), 503, "unavailable"),
        ["empty-504"] = new(() => Results.StatusCode(504), 504, "deadline_exceeded"),
        ["empty-599"] = new(() => Results.StatusCode(599), 599, "internal_error"),

        // Problem details in the project's own form.
        ["problem"] = new(() => Results.Problem("what happened", statusCode: 409), 409, "conflict"),
        ["problem-by-hand"] = new(() => Results.Text("""{"title":"t","detail":"what happened"}""", "application/problem+json", statusCode: 409), 409, "conflict"),
        ["problem-that-is-none"] = new(() => Results.Text("[1]", "application/problem+json", statusCode: 409), 409, "conflict"),
        ["problem-validation"] = new(
            () => Results.ValidationProblem(new Dictionary<string, string[]> { ["Team"] = ["missing"] }), 400, "invalid_request"),

        // Exceptions.
        ["throws"] = new(IResult () => throw new InvalidDataException(Secret), 500, "internal_error"),
        ["throws-later"] = new(async Task<IResult> () =>
        {
            await Task.Yield();
            throw new InvalidDataException(Secret);
        }, 500, "internal_error"),
        ["throws-cancelled"] = new(IResult () => throw new OperationCanceledException(Secret), 500, "internal_error"),
        ["throws-http"] = new(IResult () => throw new HttpRequestException(Secret), 502, "bad_gateway"),
        ["throws-product-call"] = new(IResult () => throw new ProductCallException(Secret), 500, "internal_error"),
        ["throws-forbidden"] = new(IResult () => throw new ForgeException(ForgeErrorCode.Forbidden, "You may not."), 403, "forbidden"),
        ["throws-unavailable"] = new(IResult () => throw new ForgeException(ForgeErrorCode.Unavailable, "Later."), 503, "unavailable"),
        ["throws-invalid-token"] = new(IResult () => throw new ForgeException(ForgeErrorCode.InvalidToken, "No."), 502, "bad_gateway"),
        ["throws-bad-request"] = new(IResult () => throw new BadHttpRequestException("What a request."), 400, "invalid_request"),
        ["throws-bad-request-401"] = new(IResult () => throw new BadHttpRequestException("no", 401), 502, "bad_gateway"),
        ["throws-bad-request-302"] = new(IResult () => throw new BadHttpRequestException("no", 302), 502, "bad_gateway"),
        ["throws-after-writing"] = new(async Task (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of");
            throw new InvalidDataException(Secret);
        }, 500, "internal_error"),
        ["throws-while-serializing"] = new(() => new Unserializable(), 500, "internal_error"),
        ["throws-when-starting"] = new((HttpContext context) => context.Response.OnStarting(() => throw new InvalidDataException(Secret)), 500, "internal_error"),

        // What cannot be sent.
        ["header-with-a-line"] = new(void (HttpContext context) => context.Response.Headers["x-note"] = "a\r\nset-cookie: b", 500, "internal_error"),
        ["header-beyond-ascii"] = new(void (HttpContext context) => context.Response.Headers["x-note"] = "ü", 500, "internal_error"),
        ["header-of-no-name"] = new(void (HttpContext context) => context.Response.Headers["x note"] = "a", 500, "internal_error"),
        ["headers-of-the-connection"] = new((HttpContext context) =>
        {
            context.Response.Headers.Connection = "close";
            context.Response.Headers.TransferEncoding = "chunked";
            context.Response.Headers.ContentLength = 3;
            return new { A = 1 };
        }, 200, null, """{"a":1}"""),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task A_handlers_answer_is_one_that_the_platform_passes_on(string name)
    {
        var expected = Cases[name];
        using var response = await shared.Remote.GetAsync($"/cases/{name}");
        if (expected.Code is { } code)
        {
            var error = await response.ShouldBeErrorAsync(expected.Status, code);
            error.ToString().ShouldNotContain(Secret);
            error.ToString().ShouldNotContain("Exception");
            error.ToString().ShouldNotContain(" at ForgeOrleans");
        }
        else
        {
            ((int)response.StatusCode).ShouldBe(expected.Status);
            (await response.Content.ReadAsStringAsync()).ShouldBe(expected.Body);
            if (expected.ContentType is not null)
                response.Content.Headers.ContentType!.ToString().ShouldBe(expected.ContentType);
            if (expected.Status >= 300)
                response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        }
        if (expected.Status != 201)
            response.Headers.Location.ShouldBeNull();
        shared.Remote.Logs.Lines.Any(line => line.Level == LogLevel.Warning && line.Text.Contains($"/cases/{name} ", StringComparison.Ordinal)).ShouldBe(expected.Warns);
    }

    [Fact]
    public async Task The_log_has_the_exception_that_the_caller_is_not_told()
    {
        using var response = await shared.Remote.GetAsync("/cases/throws");
        var trace = (await response.ShouldBeErrorAsync(500, "internal_error")).GetProperty("traceId").GetString()!;
        shared.Remote.Logs.Lines.ShouldContain(line =>
            line.Level == LogLevel.Error && line.Text.Contains(Secret, StringComparison.Ordinal) && line.Scopes.Contains(trace, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_written_for_callers_is_sent()
    {
        using var forbidden = await shared.Remote.GetAsync("/cases/throws-forbidden");
        (await forbidden.ShouldBeErrorAsync(403, "forbidden")).GetProperty("message").GetString().ShouldBe("You may not.");
        using var problem = await shared.Remote.GetAsync("/cases/problem");
        (await problem.ShouldBeErrorAsync(409, "conflict")).GetProperty("message").GetString().ShouldBe("what happened");
        using var byHand = await shared.Remote.GetAsync("/cases/problem-by-hand");
        (await byHand.ShouldBeErrorAsync(409, "conflict")).GetProperty("message").GetString().ShouldBe("what happened");
        using var validation = await shared.Remote.GetAsync("/cases/problem-validation");
        (await validation.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("fields").GetProperty("team")[0].GetString().ShouldBe("missing");
    }

    [Theory]
    [InlineData("/raw/text", "text/plain; charset=utf-8", "hello")]
    [InlineData("/raw/html", "text/html", "<p>")]
    [InlineData("/raw/string", "text/plain; charset=utf-8", "hello")]
    public async Task A_raw_endpoint_answers_what_it_likes(string path, string contentType, string body)
    {
        using var response = await shared.Remote.GetAsync(path);
        ((int)response.StatusCode).ShouldBe(200);
        response.Content.Headers.ContentType!.ToString().ShouldBe(contentType);
        (await response.Content.ReadAsStringAsync()).ShouldBe(body);
    }

    [Theory]
    [InlineData("/raw/unauthorized", 502)]
    [InlineData("/raw/redirect", 502)]
    public async Task Not_even_a_raw_endpoint_may_answer_what_the_platform_takes_for_something_else(string path, int status)
    {
        using var response = await shared.Remote.GetAsync(path);
        await response.ShouldBeErrorAsync(status, "bad_gateway");
    }

    [Theory]
    [InlineData(5 * 1024 * 1024, 200)]
    [InlineData((5 * 1024 * 1024) + 1, 500)]
    [InlineData(30 * 1024 * 1024, 500)]
    public async Task A_response_has_at_most_5_MB(int size, int status)
    {
        using var response = await shared.Remote.GetAsync($"/sized/{size}");
        if (status == 200)
        {
            ((int)response.StatusCode).ShouldBe(200);
            (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(size);
        }
        else
        {
            await response.ShouldBeErrorAsync(500, "response_too_large");
        }
    }

    [Theory]
    [InlineData("a", "number", "GET")]
    public async Task A_parameter_that_cannot_be_bound_is_named(string value, string parameter, string method)
    {
        using var response = await shared.Remote.SendAsync(method, $"/bound/{value}");
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain(parameter);
    }

    [Fact]
    public async Task A_parameter_that_is_missing_is_named()
    {
        using var response = await shared.Remote.GetAsync("/required");
        (await response.ShouldBeErrorAsync(400, "invalid_request")).GetProperty("message").GetString()!.ShouldContain("team");
    }

    [Theory]
    [InlineData("{\"count\":\"x\"}", "application/json", 400, "invalid_request")]
    [InlineData("{\"count\":", "application/json", 400, "invalid_request")]
    [InlineData("", "application/json", 400, "invalid_request")]
    [InlineData("null", "application/json", 400, "invalid_request")]
    [InlineData("count=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type")]
    [InlineData("{\"count\":1}", "text/plain", 415, "unsupported_media_type")]
    public async Task A_body_that_cannot_be_bound_is_explained(string body, string contentType, int status, string code)
    {
        using var request = shared.Remote.Request("POST", "/counted");
        request.Content = new StringContent(body, Encoding.UTF8, contentType);
        using var response = await shared.Remote.Http.SendAsync(request);
        var error = await response.ShouldBeErrorAsync(status, code);
        error.GetProperty("message").GetString()!.ShouldNotContain("System.");
        if (body.Contains("\"x\"", StringComparison.Ordinal))
            error.GetProperty("fields").GetProperty("count")[0].GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_form_with_a_file_reaches_its_handler()
    {
        using var request = shared.Remote.Request("POST", "/upload");
        request.Content = new MultipartFormDataContent
        {
            { new StringContent("a title"), "title" },
            { new ByteArrayContent(new byte[100_000]), "file1", "picture.png" },
        };
        using var response = await shared.Remote.Http.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).ShouldBe("""{"title":"a title","name":"picture.png","length":100000}""");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task All_methods_of_the_platform_reach_their_handlers(string method)
    {
        using var response = await shared.Remote.SendAsync(method, "/method");
        (await response.Content.ReadAsStringAsync()).ShouldBe($"\"{method}\"");
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("get")]
    [InlineData("")]
    public async Task No_other_method_can_be_mapped(string method)
    {
        await using var remote = await Remote.StartMappingAsync(app =>
            Should.Throw<ArgumentException>(() => app.MapForgeInvocation(method, "/x", () => 1)).Message.ShouldContain("GET, POST, PUT, PATCH, DELETE"));
    }

    [Fact]
    public async Task A_handler_is_not_shown_the_tokens()
    {
        using var response = await shared.Remote.SendAsync("GET", "/headers", system: $"{Remote.AccessTokenMark}-1", user: $"{Remote.AccessTokenMark}-2");
        var seen = await response.Content.ReadAsStringAsync();
        seen.ShouldNotContain("eyJ");
        seen.ShouldNotContain(Remote.AccessTokenMark);
        seen.ShouldContain("Host");
    }

    private sealed class Unserializable
    {
        public string Good { get; } = "good";

        public string Bad => Good.Length > 0 ? throw new InvalidDataException(Secret) : "";
    }

    private sealed record Counted(int Count);

    public sealed class Shared : IAsyncLifetime
    {
        internal Remote Remote { get; private set; } = null!;

        public async Task InitializeAsync() => Remote = await Remote.StartAsync(new()
        {
            Map = Map,
            Configure = builder => Microsoft.Extensions.DependencyInjection.HttpServiceCollectionExtensions.AddHttpContextAccessor(builder.Services),
        });

        public async Task DisposeAsync() => await Remote.DisposeAsync();

        private static void Map(WebApplication app)
        {
            foreach (var (name, example) in Cases)
                app.MapForgeInvocation("GET", $"/cases/{name}", example.Handler).WithDisplayName($"/cases/{name} ");
            app.MapForgeInvocation("GET", "/raw/text", () => Results.Text("hello", "text/plain", Encoding.UTF8)).WithRawResponse();
            app.MapForgeInvocation("GET", "/raw/html", () => Results.Bytes("<p>"u8.ToArray(), "text/html")).WithRawResponse();
            app.MapForgeInvocation("GET", "/raw/string", () => "hello").WithRawResponse();
            app.MapForgeInvocation("GET", "/raw/unauthorized", () => Results.Unauthorized()).WithRawResponse();
            app.MapForgeInvocation("GET", "/raw/redirect", () => Results.Redirect("/x")).WithRawResponse();
            app.MapForgeInvocation("GET", "/sized/{size:int}", async (int size, HttpContext context) =>
            {
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync("\""u8.ToArray());
                var block = Encoding.ASCII.GetBytes(new string('x', 100_000));
                for (var left = size - 2; left > 0; left -= block.Length)
                    await context.Response.Body.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
                await context.Response.Body.WriteAsync("\""u8.ToArray());
            });
            app.MapForgeInvocation("GET", "/bound/{number}", (int number) => number);
            app.MapForgeInvocation("GET", "/required", (string team) => team);
            app.MapForgeInvocation("POST", "/counted", (Counted counted) => counted);
            app.MapForgeInvocation("POST", "/upload", ([Microsoft.AspNetCore.Mvc.FromForm] string title, IFormFile file1) =>
                new { title, name = file1.FileName, file1.Length });
            foreach (var method in new[] { "GET", "POST", "PUT", "PATCH", "DELETE" })
                app.MapForgeInvocation(method, "/method", () => method);
            app.MapForgeInvocation("GET", "/headers", (HttpContext context, IHttpContextAccessor accessor) =>
                context.Request.Headers.Concat(accessor.HttpContext?.Request.Headers ?? context.Request.Headers)
                    .Select(header => $"{header.Key}: {header.Value}"));
        }
    }
}
