using System.Net;
using System.Net.Http.Json;

namespace ForgeOrleans.Testing.Work;

/// <summary>The admin API of a remote that is a ForgeOrleans app: what became of the work that it accepted.</summary>
internal sealed class OperatorApi(HttpClient http, string key) : IDisposable
{
    /// <summary>What an installation has to do still; null when the remote has never heard of it.</summary>
    public async Task<WorkQueue?> QueueAsync(string installationId, CancellationToken ct) =>
        (await GetAsync<Installation>($"admin/installations/{installationId}", ct))?.Queue;

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string installationId, CancellationToken ct)
    {
        var found = new List<DeadLetter>();
        string? cursor = null;
        do
        {
            var page = await GetAsync<Page>($"admin/installations/{installationId}/dead-letters?limit=100{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", ct);
            found.AddRange(page?.DeadLetters ?? []);
            cursor = page?.NextCursor;
        }
        while (cursor is not null);
        return found;
    }

    public async Task ReplayDeadLettersAsync(string installationId, CancellationToken ct)
    {
        using var response = await SendAsync("POST", $"admin/installations/{installationId}/dead-letters/replay", ct);
        response.EnsureSuccessStatusCode();
    }

    private async Task<T?> GetAsync<T>(string path, CancellationToken ct) where T : class
    {
        using var response = await SendAsync("GET", path, ct);
        return response.StatusCode is HttpStatusCode.NotFound ? null : await response.Content.ReadFromJsonAsync<T>(PlatformApi.Json, ct);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.TryAddWithoutValidation("X-Admin-Key", key);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, ct);
        }
        catch (HttpRequestException cause)
        {
            throw new ForgeTestException($"The remote's admin API can't be reached at {http.BaseAddress}: {cause.Message}", cause);
        }
        // A remote that has no such API answers 404 too, in other words.
        if (response.IsSuccessStatusCode
            || (response.StatusCode is HttpStatusCode.NotFound && (await response.Content.ReadAsStringAsync(ct)).Contains("no such installation", StringComparison.Ordinal)))
            return response;
        response.Dispose();
        throw new ForgeTestException(
            $"The remote at {http.BaseAddress} does not tell what work it has: {method} /{path.Split('?')[0]} was answered {(int)response.StatusCode}. It must be a ForgeOrleans app "
            + "with the admin API switched on by the key in platform.Configuration (\"Forge:Admin:Key\") and not at an address of its own; of any other remote wait for something it answers.");
    }

    public void Dispose() => http.Dispose();

    private sealed record Installation(WorkQueue Queue);

    private sealed record Page(IReadOnlyList<DeadLetter> DeadLetters, string? NextCursor);
}
