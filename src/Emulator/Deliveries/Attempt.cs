using ForgeOrleans.Emulator.Bridge;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>One request of a delivery, and what the platform makes of the answer.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Status">The answer's status; null when there was none in time.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Verdict">
/// <see cref="Delivered"/>, or the reason that the next attempt's <c>retryContext</c> gives (contract, section 7).
/// </param>
/// <param name="Cause">What was wrong, where the status doesn't tell.</param>
internal sealed record Attempt(DateTimeOffset At, int? Status, TimeSpan Took, string Verdict, string? Cause = null)
{
    public const string Delivered = "delivered";
    public const string TimedOut = "TIMEOUT_ERROR";
    private const string NotVerified = "INVALID_FORGE_INVOCATION_TOKEN";
    public const string Invalid = "INVALID_REMOTE_INVOCATION_ERROR";

    /// <summary>Sends a request, and judges the answer once it has been read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The time limit, on the clock.</param>
    /// <param name="client">What sends it.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="read">Reads the answer.</param>
    /// <param name="ct">Cancelled when nobody wants the answer any more.</param>
    public static async Task<Attempt> MakeAsync(
        HttpRequestMessage request,
        TimeSpan limit,
        RemoteClient client,
        TimeProvider clock,
        Func<HttpResponseMessage, CancellationToken, Task> read,
        CancellationToken ct)
    {
        var (at, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        using var limited = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, ct);
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            await read(response, either.Token);
            return Of((int)response.StatusCode, VerdictOf((int)response.StatusCode));
        }
        catch (Exception) when (limited.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return Of(null, TimedOut, $"no answer in {limit.TotalSeconds} seconds");
        }
        catch (Exception cause) when (cause is HttpRequestException or IOException)
        {
            return Of(null, Invalid, cause.InnerException?.Message ?? cause.Message);
        }

        Attempt Of(int? status, string verdict, string? cause = null) => new(at, status, clock.GetElapsedTime(started), verdict, cause);
    }

    private static string VerdictOf(int status) => status switch
    {
        >= 200 and < 300 => Delivered,
        StatusCodes.Status401Unauthorized => NotVerified,
        _ => Invalid,
    };
}
