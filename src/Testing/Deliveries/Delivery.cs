using System.Globalization;

namespace ForgeOrleans.Testing;

/// <summary>Something that the platform delivers by itself, and what has become of it so far.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is: <c>event</c>, <c>lifecycle</c>, <c>trigger</c>, <c>preUninstall</c> or <c>webTrigger</c>.</param>
/// <param name="Key">The event's type, or the key of the module.</param>
/// <param name="Module">The key of the module that it is delivered for.</param>
/// <param name="Site">The site's id.</param>
/// <param name="InstallationId">The installation's bare uuid.</param>
/// <param name="DuplicateOf">The delivery that this one repeats.</param>
/// <param name="Outcome">What has become of it.</param>
/// <param name="Cause">Why it was given up before all attempts were made.</param>
/// <param name="Attempts">The requests so far.</param>
public sealed record Delivery(
    long Id,
    string Kind,
    string Key,
    string Module,
    string Site,
    string InstallationId,
    long? DuplicateOf,
    DeliveryOutcome Outcome,
    string? Cause,
    IReadOnlyList<DeliveryAttempt> Attempts)
{
    internal string Told()
    {
        var outcome = Outcome switch
        {
            DeliveryOutcome.Waiting => "is not delivered yet",
            DeliveryOutcome.Delivered => "was delivered",
            _ => "was not delivered",
        };
        return $"{Key} on {Site} (delivery {Id}) {outcome}{(Cause is null ? "" : $": {Cause}")}. "
            + (Attempts.Count == 0 ? "There was no attempt." : $"Attempts: {string.Join("; ", Attempts.Select((attempt, i) => $"{i + 1}. {attempt.Told()}"))}.");
    }
}

/// <summary>What has become of a delivery.</summary>
public enum DeliveryOutcome
{
    /// <summary>An attempt is under way or to come.</summary>
    Waiting,

    /// <summary>The remote took it.</summary>
    Delivered,

    /// <summary>It did not, and there is no attempt left.</summary>
    Failed,
}

/// <summary>One request of a delivery.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Status">The answer's status; null for none in time.</param>
/// <param name="Took">How long it took, in milliseconds.</param>
/// <param name="Verdict"><c>delivered</c>, or the reason that the next attempt's <c>retryContext</c> gives.</param>
/// <param name="Cause">What was wrong, where the status doesn't tell.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int? Status, long Took, string Verdict, string? Cause)
{
    internal string Told() => string.Create(
        CultureInfo.InvariantCulture, $"{(Status is { } status ? $"answered {status}" : Cause ?? "no answer")} after {Took} ms, {Verdict}");
}
