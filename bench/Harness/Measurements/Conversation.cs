using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ForgeOrleans.Bench.Callers;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>Single requests to a server, whose answers are looked at, as those under load are not.</summary>
public sealed class Conversation(Server server) : IDisposable
{
    private const int TasksPerSite = 5;
    private readonly HttpClient _http = new() { BaseAddress = server.Address };

    /// <summary>Makes sure that a server does what it is measured for: it knows the caller, and refuses a token that was touched.</summary>
    public async Task CheckEchoAsync(Caller caller, CancellationToken cancellation)
    {
        using var answer = await SendAsync(caller, LoadRequest.Echo, cancellation);
        Demand(answer.StatusCode == HttpStatusCode.OK, $"echo answered {(int)answer.StatusCode}");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
        Demand(json.RootElement.TryGetProperty("received", out var received) && received.TryGetProperty("team", out _), "echo did not return the body");
        Demand(json.RootElement.TryGetProperty("installation", out var installation)
            && caller.Site.InstallationId.EndsWith(installation.GetString()!, StringComparison.Ordinal), "echo named another installation");

        using var refused = await SendAsync(caller with { Fit = Forged(caller.Fit) }, LoadRequest.Echo, cancellation);
        Demand(refused.StatusCode == HttpStatusCode.Unauthorized, $"a forged token got {(int)refused.StatusCode}");
    }

    /// <summary>Gives every site its first tasks, and sees that they are there.</summary>
    public async Task SeedTasksAsync(IReadOnlyCollection<Caller> sites, CancellationToken cancellation)
    {
        var all = Enumerable.Repeat(sites, TasksPerSite).SelectMany(s => s);
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellation }, async (caller, cancel) =>
        {
            using var answer = await SendAsync(caller, LoadRequest.Create, cancel);
            Demand(answer.IsSuccessStatusCode, $"creating a task answered {(int)answer.StatusCode}");
        });
        using var list = await SendAsync(sites.Last(), LoadRequest.List, cancellation);
        using var json = JsonDocument.Parse(await list.Content.ReadAsStringAsync(cancellation));
        Demand(json.RootElement.GetProperty("tasks").GetArrayLength() == TasksPerSite, $"a site should have {TasksPerSite} tasks: {json.RootElement}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Caller caller, LoadRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", caller.Fit) },
        };
        message.Headers.Add("x-forge-oauth-system", caller.Site.SystemToken);
        message.Headers.Add("x-b3-traceid", caller.TraceId);
        message.Headers.Add("x-b3-spanid", caller.SpanId);
        if (request.Body.Length > 0) message.Content = new StringContent(request.Body, Encoding.UTF8, "application/json");
        return await _http.SendAsync(message, cancellation);
    }

    // Another first character of the signature.
    private static string Forged(string fit)
    {
        var signature = fit.LastIndexOf('.') + 1;
        return $"{fit[..signature]}{(fit[signature] == 'A' ? 'B' : 'A')}{fit[(signature + 1)..]}";
    }

    private void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new BenchException($"{server.Name}: {otherwise}.");
    }
}
