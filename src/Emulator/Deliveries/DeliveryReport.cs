namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>A delivery, and what has become of it so far.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What is delivered.</param>
/// <param name="Key">The event's type, or the key of the module.</param>
/// <param name="Module">The key of the module.</param>
/// <param name="Site">The site's id.</param>
/// <param name="InstallationId">The installation, a bare uuid.</param>
/// <param name="DuplicateOf">The delivery that this one repeats.</param>
/// <param name="Created">When it began.</param>
/// <param name="Outcome">What has become of it.</param>
/// <param name="Cause">Why it was given up.</param>
/// <param name="Attempts">The requests so far.</param>
internal sealed record DeliveryReport(
    long Id,
    DeliveryKind Kind,
    string Key,
    string Module,
    string Site,
    string InstallationId,
    long? DuplicateOf,
    DateTimeOffset Created,
    DeliveryOutcome Outcome,
    string? Cause,
    IReadOnlyList<AttemptReport> Attempts);

/// <summary>One request of a delivery.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Status">The answer's status; null when there was none in time.</param>
/// <param name="Timeout">Whether none came in time.</param>
/// <param name="Took">Milliseconds.</param>
/// <param name="Verdict"><c>delivered</c>, or the reason that the next attempt's <c>retryContext</c> gives.</param>
/// <param name="Cause">What was wrong, where the status doesn't tell.</param>
internal sealed record AttemptReport(DateTimeOffset At, int? Status, bool Timeout, long Took, string Verdict, string? Cause)
{
    public static AttemptReport Of(Attempt attempt) => new(
        attempt.At,
        attempt.Status,
        attempt.Verdict is Attempt.TimedOut,
        (long)attempt.Took.TotalMilliseconds,
        attempt.Verdict,
        attempt.Cause);
}

/// <summary>Deliveries, oldest first.</summary>
internal sealed record DeliveryList(IEnumerable<DeliveryReport> Deliveries);
