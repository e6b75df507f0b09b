using System.Globalization;

namespace ForgeOrleans.Testing;

/// <summary>The last 1,000 deliveries.</summary>
public sealed class DeliveryLog
{
    private const double LongestWait = 60;

    private readonly PlatformApi _api;

    internal DeliveryLog(PlatformApi api) => _api = api;

    /// <summary>The deliveries, the oldest first.</summary>
    /// <param name="site">Only those of a site, by its id.</param>
    /// <param name="kind">Only those of a kind, as <see cref="Delivery.Kind"/> names it.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task<IReadOnlyList<Delivery>> ListAsync(string? site = null, string? kind = null, CancellationToken ct = default)
    {
        var query = new[] { ("site", site), ("kind", kind) }.Where(part => part.Item2 is not null).Select(part => $"{part.Item1}={Uri.EscapeDataString(part.Item2!)}");
        return (await _api.GetAsync<Listed>($"/deliveries?{string.Join('&', query)}", ct)).Deliveries;
    }

    /// <summary>Waits until a delivery's outcome is known.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ForgeTestException">It took too long; the message says where it stands.</exception>
    public async Task<Delivery> WaitAsync(Delivery delivery, CancellationToken ct = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = _api.Limit - TimeProvider.System.GetElapsedTime(started);
            // A little less than the call itself may take.
            var wait = Math.Clamp(left.TotalSeconds * 0.9, 0, LongestWait);
            var now = await _api.GetAsync<Delivery>(string.Create(CultureInfo.InvariantCulture, $"/deliveries/{delivery.Id}?wait={wait:0.###}"), ct);
            if (now.Outcome is not DeliveryOutcome.Waiting)
                return now;
            if (left <= _api.Limit * 0.2)
                throw PlatformApi.TooLong($"the outcome of delivery {delivery.Id}", _api.Limit, now.Told());
        }
    }

    /// <summary>Waits for several, and makes an error of those that failed.</summary>
    internal async Task<IReadOnlyList<Delivery>> ConcludeAsync(IReadOnlyList<Delivery> begun, DeliveryOptions options, CancellationToken ct)
    {
        if (!options.Wait)
            return begun;
        var ended = new List<Delivery>();
        foreach (var delivery in begun)
            ended.Add(await WaitAsync(delivery, ct));
        if (!options.MustSucceed)
            return ended;
        var failed = ended.Where(delivery => delivery.Outcome is DeliveryOutcome.Failed).ToList();
        return failed.Count == 0 ? ended : throw new DeliveryFailedException(await ReasonAsync(failed, ct), failed);
    }

    // What a delivery was answered is not all that the feed has of it.
    private async Task<string> ReasonAsync(List<Delivery> failed, CancellationToken ct)
    {
        var requests = (await _api.GetAsync<Sent>("/requests?limit=1000", ct)).Requests;
        var first = failed[0];
        var findings = requests.Where(request => request.Delivery == first.Id).SelectMany(request => request.Findings).Select(finding => $"{Environment.NewLine}  {finding.Message} (contract, section {finding.Section})").Distinct();
        return $"The remote did not take what was delivered. {first.Told()}{string.Concat(findings)}{(failed.Count > 1 ? $"{Environment.NewLine}{failed.Count - 1} more failed." : "")}";
    }

    private sealed record Listed(IReadOnlyList<Delivery> Deliveries);

    private sealed record Sent(IReadOnlyList<RemoteRequest> Requests);
}
