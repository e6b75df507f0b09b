using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>The platform as contract section 5 has it: gives out tokens of users by GraphQL, and products that say with which token they were called.</summary>
internal sealed partial class FakeGateway(FakeClock clock) : HttpMessageHandler
{
    /// <summary>The header of a product's answer that says with which token it was called.</summary>
    public const string CalledWith = "x-called-with";

    private int _given;

    public ConcurrentQueue<AskedToken> Asked { get; } = [];

    public ConcurrentQueue<string> Called { get; } = [];

    public ConcurrentQueue<DateTimeOffset> Times { get; } = [];

    public int Ttl { get; set; } = 3600;

    /// <summary>What is answered instead of a token.</summary>
    public Func<AskedToken, Task<HttpResponseMessage?>> Instead { get; set; } = _ => Task.FromResult<HttpResponseMessage?>(null);

    /// <summary>What a product answers to a token.</summary>
    public Func<string, HttpStatusCode> Product { get; set; } = _ => HttpStatusCode.OK;

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, null, "application/json") };

    public static HttpResponseMessage Refusal(string message) =>
        Answer(new { success = false, errors = new[] { new { message } }, authToken = (string?)null });

    private static HttpResponseMessage Answer(object offlineUserAuthToken) => Json(JsonSerializer.Serialize(new { data = new { offlineUserAuthToken } }));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var bearer = request.Headers.Authorization!.ToString();
        if (request.RequestUri!.AbsolutePath != "/graphql")
        {
            Called.Enqueue(bearer);
            return new(Product(bearer)) { Content = new StringContent("{}"), Headers = { { CalledWith, bearer } } };
        }
        request.RequestUri.ToString().ShouldBe("https://api.atlassian.com/graphql");
        request.Method.ShouldBe(HttpMethod.Post);
        var body = await request.Content!.ReadFromJsonAsync<JsonElement>(cancellationToken);
        Whitespace().Replace(body.GetProperty("query").GetString()!, " ").ShouldStartWith(
            "mutation forge_remote_offlineUserAuthToken($input: OfflineUserAuthTokenInput!) { offlineUserAuthToken(input: $input) {");
        var input = body.GetProperty("variables").GetProperty("input");
        var asked = new AskedToken(input.GetProperty("contextIds").EnumerateArray().Single().GetString()!, input.GetProperty("userId").GetString()!, bearer);
        Times.Enqueue(clock.GetUtcNow());
        Asked.Enqueue(asked);
        return await Instead(asked).WaitAsync(cancellationToken)
            ?? Answer(new { success = true, errors = (string?)null, authToken = new { token = $"offline-{asked.AccountId}-{Interlocked.Increment(ref _given)}", ttl = Ttl } });
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}

/// <summary>A request for a user's token.</summary>
internal sealed record AskedToken(string Context, string AccountId, string Bearer);
