using System.Net;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>The platform's B3 ids are the trace of everything that one call does.</summary>
public sealed class TraceTests
{
    private const string Long = "463ac35c9f6413ad48485a3953bb6124";
    private const string Short = "a2fb4a1d1a96d312";

    [Theory]
    [InlineData(Long, Short, Long)]
    [InlineData(Short, Short, "0000000000000000" + Short)]
    [InlineData("463AC35C9F6413AD48485A3953BB6124", "A2FB4A1D1A96D312", Long)]
    [InlineData(Long, "0000000000000000" + Short, Long)]
    public async Task It_is_in_errors_in_logs_and_on_product_calls(string traceId, string spanId, string trace)
    {
        await using var remote = await Remote.StartMappingAsync(app => app.MapForgeInvocation("GET", "/call", async (ConfluenceApi confluence, ILogger<TraceTests> logger) =>
        {
            logger.LogInformation("called");
            using var _ = await confluence.AsApp().GetAsync("/wiki");
            throw new InvalidOperationException("after the call");
        }));
        using var request = remote.Request("GET", "/call", remote.Token(fit => fit.AtBase(remote.ProductBase)));
        request.Headers.Add("x-b3-traceid", traceId);
        request.Headers.Add("x-b3-spanid", spanId);
        request.Headers.Add("x-forge-oauth-system", $"{Remote.AccessTokenMark}-1");
        using var response = await remote.Http.SendAsync(request);

        (await response.ShouldBeErrorAsync(500, "internal_error")).GetProperty("traceId").GetString().ShouldBe(trace);
        var called = remote.Logs.Lines.Single(line => line.Text.StartsWith("called", StringComparison.Ordinal));
        called.Scopes.ShouldContain($"TraceId={trace}");
        remote.Logs.Lines.ShouldContain(line =>
            line.Level == LogLevel.Error && line.Text.Contains("after the call", StringComparison.Ordinal) && line.Scopes.Contains(trace, StringComparison.Ordinal));
        var call = remote.Product.Requests.Single();
        call.Header("x-b3-traceid").ShouldBe(trace);
        call.Header("x-b3-spanid").ShouldNotBeNull().Length.ShouldBe(16);
        call.Header("x-b3-spanid").ShouldNotBe(Short);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(Long, null)]
    [InlineData("0", Short)]
    [InlineData("00000000000000000000000000000000", Short)]
    [InlineData("not-hex-at-all-0", Short)]
    [InlineData(Long, "0000000000000000")]
    [InlineData(Long + "00", Short)]
    public async Task Without_usable_ids_a_trace_of_its_own_is_made(string? traceId, string? spanId)
    {
        await using var remote = await Remote.StartAsync();
        using var request = remote.Request("GET", "/nothing-here");
        if (traceId is not null)
            request.Headers.Add("x-b3-traceid", traceId);
        if (spanId is not null)
            request.Headers.Add("x-b3-spanid", spanId);
        using var response = await remote.Http.SendAsync(request);
        var trace = (await response.ShouldBeErrorAsync(404, "not_found")).GetProperty("traceId").GetString()!;
        trace.Length.ShouldBe(32);
        trace.ShouldNotBe(Long);
        trace.ShouldNotBe(new string('0', 32));
    }

    [Fact]
    public async Task A_refused_token_is_answered_with_the_trace_too()
    {
        await using var remote = await Remote.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hello");
        request.Headers.Add("x-b3-traceid", Long);
        request.Headers.Add("x-b3-spanid", Short);
        using var response = await remote.Http.SendAsync(request);
        (await response.ShouldBeErrorAsync(401, "invalid_token")).GetProperty("traceId").GetString().ShouldBe(Long);
    }
}
