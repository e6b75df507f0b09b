namespace ForgeOrleans.Testing;

/// <summary>
/// The time in which the platform waits: for retries, delayed deliveries and schedules. Tokens and time limits keep to the clock
/// (<see cref="ForgePlatformOptions.Clock"/>), as the remote's can't be moved from here.
/// </summary>
public sealed class PlatformClock
{
    private readonly PlatformApi _api;

    internal PlatformClock(PlatformApi api) => _api = api;

    /// <summary>What time it is for the platform.</summary>
    /// <param name="ct">Ends the call.</param>
    public async Task<DateTimeOffset> NowAsync(CancellationToken ct = default) => (await _api.GetAsync<Reading>("/clock", ct)).PlatformNow;

    /// <summary>Lets time pass at once: whatever comes due by then comes now.</summary>
    /// <param name="by">How much, more than nothing.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The platform's time doesn't go back.</exception>
    public Task JumpAsync(TimeSpan by, CancellationToken ct = default) => _api.PostAsync<Reading>("/clock", new { Jump = by.TotalSeconds }, ct);

    /// <summary>Lets time pass faster or slower from now on, also for what waits already.</summary>
    /// <param name="scale">Platform seconds in a second, from 1 to 10,000.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The scale is out of its range.</exception>
    public Task ScaleAsync(double scale, CancellationToken ct = default) => _api.PostAsync<Reading>("/clock", new { Scale = scale }, ct);

    private sealed record Reading(DateTimeOffset PlatformNow);
}
