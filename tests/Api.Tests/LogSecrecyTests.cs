using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>No log at any level has any part of a token, whatever goes wrong.</summary>
public sealed class LogSecrecyTests
{
    [Fact]
    public async Task A_day_in_the_life_of_a_remote_leaves_no_part_of_a_token_in_its_log()
    {
        await using var remote = await StartAsync();
        var tokens = new List<string>();
        string Mint(Action<Fit>? change = null)
        {
            tokens.Add(remote.Token(fit =>
            {
                fit.AtBase(remote.ProductBase);
                change?.Invoke(fit);
            }));
            return tokens[^1];
        }

        var system = $"{Fit.Encode("{\"alg\":\"RS256\"}")}.{Fit.Encode("{\"exp\":4102444800,\"sub\":\"app-account\"}")}.c2lnbmF0dXJlLW9mLXN5c3RlbQ";
        var user = $"{Fit.Encode("{\"alg\":\"RS256\"}")}.{Fit.Encode("{\"exp\":4102444800,\"sub\":\"user-account\"}")}.c2lnbmF0dXJlLW9mLXVzZXI";
        tokens.AddRange([system, user]);
        foreach (var path in new[] { "/app", "/user", "/fail", "/elsewhere", "/nothing" })
            (await remote.SendAsync("GET", path, Mint(), system: system, user: user)).Dispose();
        foreach (var bad in new Action<Fit>[]
                 {
                     fit => fit.Key = SigningKey.Forged,
                     fit => fit.Header["kid"] = "unknown-kid",
                     fit => fit.Header["alg"] = "none",
                     fit => fit.Claims["exp"] = 1,
                     fit => fit.Claims["aud"] = "x",
                     fit => fit.App.Remove("id"),
                     fit => fit.Claims["icLabel"] = "a.b",
                     fit => fit.Claims["context"]!["extension"] = new JsonArray(Enumerable.Range(0, 20_000).Select(i => (JsonNode)i).ToArray()),
                 })
            (await remote.SendAsync("GET", "/app", Mint(bad), system: system, user: user)).Dispose();
        remote.Product.Answer = context =>
        {
            context.Response.Redirect("http://127.0.0.1:1/");
            return Task.CompletedTask;
        };
        (await remote.SendAsync("GET", "/app", Mint(), system: system, user: user)).Dispose();
        await remote.Product.StopAsync();
        // It is tried again a few times, after a while.
        (await remote.Clock.AdvanceUntilAsync(
            remote.SendAsync("GET", "/app", Mint(), system: system, user: user), TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(20))).Dispose();

        await MalformedAsync(remote, Mint(), system);
        await remote.StopAsync();

        remote.Logs.Lines.Count.ShouldBeGreaterThan(100);
        remote.Logs.Lines.ShouldContain(line => line.Level == LogLevel.Trace || line.Level == LogLevel.Debug);
        NothingIn(remote.Logs.Text, tokens);
    }

    [Theory]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel")]
    [InlineData("Logging:LogLevel:Microsoft")]
    [InlineData("Logging:Capture:LogLevel:Default")]
    [InlineData("Logging:Capture:LogLevel:Microsoft.AspNetCore")]
    public async Task Not_even_a_log_that_is_asked_for_everything_quotes_a_malformed_header(string key)
    {
        await using var remote = await StartAsync(new() { [key] = "Trace" });
        var token = remote.Token();
        await MalformedAsync(remote, token, token);
        remote.Logs.Lines.ShouldContain(line => line.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
        NothingIn(remote.Logs.Text, [token]);
    }

    // What a server might quote when it refuses a request.
    private static async Task MalformedAsync(Remote remote, string fit, string access)
    {
        foreach (var head in new[]
                 {
                     $"GET /app HTTP/1.1\r\nHost: x\r\nAuthorization Bearer {fit}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\n{fit}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\nAuthorization:\0Bearer {fit}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer {fit}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\n x-forge-oauth-system: {access}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\nx-forge-oauth-system: {access}\0\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\nContent-Length: {fit}\r\n\r\n",
                     $"GET /app {fit}\r\nHost: x\r\n\r\n",
                     $"{fit}\r\n\r\n",
                     $"GET /app HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {fit}\n\r{access}\r\n\r\n",
                 })
        {
            using var raw = await RawHttp.ConnectAsync(remote.Url);
            await raw.SendAsync(Encoding.Latin1.GetBytes(head));
            (await raw.ReceiveAsync()).Status.ShouldBeInRange(400, 499, head[..Math.Min(head.Length, 60)]);
        }
    }

    private static void NothingIn(string log, IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
            foreach (var part in token.Split('.'))
                for (var at = 0; at + 12 <= Math.Min(part.Length, 2_000); at += 12)
                    log.Contains(part.Substring(at, 12), StringComparison.Ordinal).ShouldBeFalse($"the log has '{part.Substring(at, 12)}', a part of a token");
    }

    private static Task<Remote> StartAsync(Dictionary<string, string?>? settings = null) => Remote.StartAsync(new()
    {
        Settings = settings ?? [],
        Map = app =>
        {
            app.MapForgeInvocation("GET", "/app", async (ConfluenceApi confluence) => (await confluence.AsApp().GetAsync("/x")).IsSuccessStatusCode);
            app.MapForgeInvocation("GET", "/user", async (ConfluenceApi confluence) => (await confluence.AsUser().GetAsync("/x")).IsSuccessStatusCode);
            app.MapForgeInvocation("GET", "/elsewhere", async (ConfluenceApi confluence) => (await confluence.AsApp().GetAsync("//x")).IsSuccessStatusCode);
            app.MapForgeInvocation("GET", "/fail", int (Invocations.HandlerScope scope, ILogger<LogSecrecyTests> logger) =>
            {
                logger.LogInformation("{Scope} {@Everything} {Invocation}", scope, scope, scope.Invocation);
                throw new InvalidOperationException($"{scope} {scope.Invocation}");
            });
        },
    });
}
