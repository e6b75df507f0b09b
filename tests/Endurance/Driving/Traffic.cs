using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Endurance.Driving;

/// <summary>Delivers events all the time, and keeps what was acknowledged.</summary>
internal sealed class Traffic(Func<string> url, Choices choices) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly string[] _sites = [.. Enumerable.Range(0, choices.Sites).Select(_ => Guid.NewGuid().ToString())];
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Until)> _tokens = new();
    private int _sent;

    public ConcurrentDictionary<string, DateTimeOffset> Acknowledged { get; } = new();

    public int Refused => _refused;

    private int _refused;

    public async Task DeliverAsync(CancellationToken until)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var due = 0d;
        var waiting = new List<Task>();
        while (!until.IsCancellationRequested)
        {
            await ticks.WaitForNextTickAsync(CancellationToken.None);
            for (due += choices.Rate * 0.02; due >= 1; due--)
                if (waiting.Count < 500)
                    waiting.Add(SendAsync());
            waiting.RemoveAll(task => task.IsCompleted);
        }
        await Task.WhenAll(waiting);
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync()
    {
        var n = Interlocked.Increment(ref _sent);
        var site = _sites[n % _sites.Length];
        var key = $"{site}-{Random.Shared.Next(choices.Keys)}";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new(url()), "/events"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(site));
        request.Content = JsonContent.Create(new { eventType = "avi:jira:updated:issue", issue = new { id = key }, timestamp = 1_780_000_000_000 + n });
        try
        {
            using var answer = await _client.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Accepted)
                Acknowledged[(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("itemId").GetString()!] = DateTimeOffset.UtcNow;
            else
                Interlocked.Increment(ref _refused);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            // Not acknowledged: whether it was stored does not matter.
            Interlocked.Increment(ref _refused);
        }
    }

    // Signing a token for every event would be most of the load.
    private string TokenOf(string site)
    {
        var now = DateTimeOffset.UtcNow;
        if (_tokens.TryGetValue(site, out var known) && known.Until > now)
            return known.Token;
        var fit = new Fit(now);
        fit.OfSite(site);
        fit.Claims.Remove("principal");
        fit.Claims["exp"] = now.AddMinutes(10).ToUnixTimeSeconds();
        var token = fit.ToString();
        _tokens[site] = (token, now.AddMinutes(5));
        return token;
    }
}
