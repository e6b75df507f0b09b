using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis;

/// <summary>Asks the platform for the access token of a user who is not in session (contract section 5), once, and says what it has answered.</summary>
/// <param name="transport">Sends.</param>
/// <param name="options">Where the gateway is.</param>
/// <param name="clock">Limits how long an answer may take.</param>
public sealed class OfflineTokenExchange(ProductTransport transport, IOptions<ProductApiOptions> options, TimeProvider clock)
{
    private const int LargestAnswer = 256 * 1024;
    private const int LongestToken = 16 * 1024;
    private const int LongestMessage = 500;

    private const string Mutation =
        "mutation forge_remote_offlineUserAuthToken($input: OfflineUserAuthTokenInput!) "
        + "{ offlineUserAuthToken(input: $input) { success errors { message } authToken { token ttl } } }";

    /// <summary>The longest that the platform is waited for.</summary>
    internal static readonly TimeSpan LongestAnswerTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailedFor = TimeSpan.FromSeconds(10);

    // What the limit is counted in.
    private static readonly TimeSpan BlockedUnlessTold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <returns>What it has answered, or how long nobody is to ask again.</returns>
    internal async Task<(OfflineTokenOutcome? Outcome, TimeSpan? Block)> FetchAsync(AccessToken system, OfflineUser user)
    {
        var gateway = ProductAddress.Create(options.Value.GatewayUrl, options.Value.Origins());
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Resolve("/graphql"))
        {
            Content = JsonContent.Create(new
            {
                query = Mutation,
                variables = new { input = new { contextIds = new[] { user.Context }, userId = user.AccountId } },
            }),
        };
        request.Headers.Accept.Add(new("application/json"));
        system.Authorize(request);
        using var time = new CancellationTokenSource(LongestAnswerTime < options.Value.Timeout ? LongestAnswerTime : options.Value.Timeout, clock);
        try
        {
            var askedAt = clock.GetUtcNow();
            // Not all servers take a body without a length.
            await request.Content.LoadIntoBufferAsync(time.Token);
            using var response = await transport.SendAsync(request, time.Token);
            if (BlockIn(response) is { } block)
                return (null, block);
            if (!response.IsSuccessStatusCode)
                return (Failed($"answered {(int)response.StatusCode}"), null);
            await response.Content.LoadIntoBufferAsync(LargestAnswer, time.Token);
            return (Read(await response.Content.ReadFromJsonAsync<JsonElement>(time.Token), askedAt), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return (Failed("did not answer"), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (Failed("answered something else than JSON"), null);
        }
    }

    private TimeSpan? BlockIn(HttpResponseMessage response)
    {
        var asked = response.IsSuccessStatusCode ? null : RateHeaders.RetryAfter(response, clock.GetUtcNow());
        return asked > TimeSpan.Zero ? asked : response.StatusCode == HttpStatusCode.TooManyRequests ? BlockedUnlessTold : null;
    }

    private static OfflineTokenOutcome Read(JsonElement answer, DateTimeOffset askedAt)
    {
        // An answer that has neither is a failure of the gateway and no refusal.
        if (Member(Member(answer, "data"), "offlineUserAuthToken") is not { ValueKind: JsonValueKind.Object } result)
            return Failed(Messages(Member(answer, "errors")) is { } errors ? $"has failed: {errors}" : "answered nothing", Messages(Member(answer, "errors")));
        if (Member(result, "success") is not { ValueKind: JsonValueKind.True })
        {
            var reason = Messages(Member(result, "errors"));
            return new(null, new($"The platform does not let the app act as this user: {reason ?? "it gives no reason."}", IsPermanent: true, reason), RefusedFor);
        }
        if (Text(Member(Member(result, "authToken"), "token")) is not { Length: > 0 and <= LongestToken } header || header.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return Failed("answered without a token");
        var token = Expiring(header, Member(Member(result, "authToken"), "ttl"), askedAt);
        var lasts = token.ExpiresAt - askedAt;
        if (lasts <= TimeSpan.Zero)
            return Failed("answered with a token that has expired");
        var margin = lasts / 10 < Margin ? lasts / 10 : Margin;
        return new(token, null, lasts - margin);
    }

    private static AccessToken Expiring(string header, JsonElement? ttl, DateTimeOffset askedAt)
    {
        if (ttl is not { ValueKind: JsonValueKind.Number } number || !number.TryGetDouble(out var seconds) || !(seconds > 0))
            return AccessToken.Receive(header, askedAt);
        var lasts = seconds < AccessToken.LongestLifetime.TotalSeconds ? TimeSpan.FromSeconds(seconds) : AccessToken.LongestLifetime;
        return new(Encoding.ASCII.GetBytes(header), askedAt + lasts);
    }

    private static OfflineTokenOutcome Failed(string what, string? platform = null) =>
        new(null, new($"The platform {what} when it was asked for a token of this user. Try again later.", IsPermanent: false, platform), FailedFor);

    private static string? Messages(JsonElement? errors)
    {
        if (errors is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var text = string.Join(" ", list.EnumerateArray().Select(error => Text(Member(error, "message"))).OfType<string>());
        var clean = new string([.. text.Take(LongestMessage).Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return clean.Length > 0 ? clean : null;
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? json) => json is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
