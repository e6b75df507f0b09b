using System.Globalization;
using System.Text.Json;

namespace ForgeOrleans.Testing;

/// <summary>The last 1,000 requests that were sent to remotes.</summary>
public sealed class RequestLog
{
    private const int Page = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly PlatformApi _api;

    internal RequestLog(PlatformApi api) => _api = api;

    /// <summary>The requests, the oldest first.</summary>
    /// <param name="site">Only those of a site, by its id.</param>
    /// <param name="kind">Only those of a kind, as <see cref="RemoteRequest.Kind"/> names it.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task<IReadOnlyList<RemoteRequest>> ListAsync(string? site = null, string? kind = null, CancellationToken ct = default)
    {
        var query = new[] { ("limit", Page.ToString(CultureInfo.InvariantCulture)), ("site", site), ("kind", kind) }
            .Where(part => part.Item2 is not null)
            .Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}");
        return (await _api.GetAsync<Listed>($"/requests?{string.Join('&', query)}", ct)).Requests;
    }

    /// <summary>Everything that is kept of a request, without tokens: <c>fit</c> with its header and claims, <c>request</c> and <c>response</c> with headers and bodies.</summary>
    /// <param name="id">The request's number.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">There is no such request, or not any more.</exception>
    public Task<JsonElement> DetailsAsync(long id, CancellationToken ct = default) => _api.GetAsync<JsonElement>($"/requests/{id}", ct);

    /// <summary>Sends a request once more: the same call by the same caller with a new token, or one attempt of the same delivery.</summary>
    /// <param name="id">The request's number.</param>
    /// <param name="token">What to change of the token; null for a good one.</param>
    /// <param name="ct">Ends the wait for the answer.</param>
    /// <returns>The new request, when it has been answered.</returns>
    public async Task<RemoteRequest> ReplayAsync(long id, TokenChanges? token = null, CancellationToken ct = default)
    {
        var again = (await _api.PostAsync<Replayed>($"/requests/{id}/replay", new { Fit = token?.OnTheWire() }, ct)).Request;
        return (await UntilAnsweredAsync(request => request.Id == again.Id, ct)).Single();
    }

    /// <summary>Forgets all requests: what comes later is judged alone.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task ClearAsync(CancellationToken ct = default) => _api.SendAsync<Listed>("DELETE", "/requests", null, "/requests", ct);

    /// <summary>The requests that meet a condition, when none of them is under way any more.</summary>
    internal async Task<IReadOnlyList<RemoteRequest>> UntilAnsweredAsync(Func<RemoteRequest, bool> condition, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var found = (await ListAsync(ct: ct)).Where(condition).ToList();
            if (found.FirstOrDefault(request => request.Verdict is ContractVerdict.Running) is not { } running)
                return found;
            if (TimeProvider.System.GetElapsedTime(started) > _api.Limit)
                throw PlatformApi.TooLong("the remote's answer to a request", _api.Limit, running.Told());
            await Task.Delay(Pause, ct);
        }
    }

    private sealed record Listed(IReadOnlyList<RemoteRequest> Requests);

    private sealed record Replayed(RemoteRequest Request);
}
