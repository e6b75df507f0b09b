using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Testing;

/// <summary>The emulator's HTTP API. Every call has a time limit, and every refusal is told in the emulator's words.</summary>
internal sealed class PlatformApi(HttpClient http, TimeSpan limit) : IDisposable
{
    private const int DeepestJson = 1000;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = DeepestJson,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public HttpClient Http => http;

    public TimeSpan Limit => limit;

    public Task<T> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>("GET", path, null, path, ct);

    public Task<T> PostAsync<T>(string path, object? body, CancellationToken ct) => SendAsync<T>("POST", path, body, path, ct);

    /// <summary>Posts JSON that may be null.</summary>
    public async Task SendJsonAsync(string path, object? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body?.GetType() ?? typeof(object), options: Json) };
        using var response = await SendAsync(request, path, ct);
        await RequireAsync(response, $"POST {path}", ct);
    }

    /// <summary>Calls, and reads the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">What becomes JSON; null for no body.</param>
    /// <param name="what">What is waited for, as an error names it.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<T> SendAsync<T>(string method, string path, object? body, string what, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json) };
        using var response = await SendAsync(request, what, ct);
        await RequireAsync(response, $"{method} {path}", ct);
        return (await response.Content.ReadFromJsonAsync<T>(Json, ct))!;
    }

    /// <summary>Calls, and leaves the answer to whoever asked.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, CancellationToken ct)
    {
        using var time = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, ct);
        try
        {
            return await http.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw TooLong(what, limit, "There is no answer yet.");
        }
    }

    public static ForgeTestException TooLong(string what, TimeSpan limit, string standing) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Waited {limit.TotalSeconds:0.###} s for {what}. {standing} (ForgePlatformOptions.WaitLimit says how long to wait; a clock of your own has to be moved by the test.)"));

    private static async Task RequireAsync(HttpResponseMessage response, string call, CancellationToken ct)
    {
        if (response.IsSuccessStatusCode)
            return;
        var text = await response.Content.ReadAsStringAsync(ct);
        throw new ForgeTestException($"The emulated platform refused {call} ({(int)response.StatusCode}): {MessageIn(text) ?? text}");
    }

    private static string? MessageIn(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Refusal>(text, Json)?.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private sealed record Refusal(string? Message);
}
